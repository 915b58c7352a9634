"""What came: path, headers, query, body, the route that answers, and Req."""

const response = await fetch("/api/users");
document.querySelector("#users").textContent = (await response.json()).join(", ");

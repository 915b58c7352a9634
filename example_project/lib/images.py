"""Recognise images by their first bytes, since clients can claim any content type."""

from lib.models import ImageType

# PNG 5.2, JFIF 1.02, GIF 87a and 89a.
_STARTS: dict[bytes, ImageType] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def image_type(data: bytes) -> ImageType | None:
    """Return the content type of an image, or None for any other data."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":  # the size is between them (RFC 9649, 2.4)
        return "image/webp"
    return next((kind for start, kind in _STARTS.items() if data.startswith(start)), None)

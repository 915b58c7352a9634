"""The body of a request: how much is read, when it is rejected, and what is drained."""

from __future__ import annotations

import resource
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest, HTTPException

from fsapi.request.body import DRAIN, Body
from fsapi.request.body_stream import BodyStream
from tests.site import Broken, Source

CHUNKED: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def body(source: Any, limit: int | None = 10, **environ: Any) -> Body:
    """Return the Body of an environ; `length` stands for CONTENT_LENGTH."""
    if "length" in environ:
        environ["CONTENT_LENGTH"] = str(environ.pop("length"))
    return Body({"wsgi.input": BytesIO(source) if isinstance(source, bytes) else source, **environ}, limit)


def refusal(stream: Body) -> int | None:
    """Return the status that a body is rejected with."""
    with pytest.raises(HTTPException) as caught:
        stream.read_all()
    return caught.value.code


@pytest.mark.parametrize("environ", [{}, {"CONTENT_LENGTH": ""}, {"HTTP_TRANSFER_ENCODING": ""}])
def test_no_length_is_no_body(environ: dict[str, Any]) -> None:
    """Without a length and without chunks there is no body, and the stream is not touched."""
    stream = body(source := Source(5), **environ)
    stream.finish()
    assert (stream.read_all(), source.taken) == (b"", 0)


def test_never_read_past_the_length() -> None:
    """What follows the declared length in the stream is another request's."""
    stream = body(source := Source(9), length=4)
    stream.finish()
    assert source.taken == 4


def test_the_body_can_be_read_twice() -> None:
    """The whole body is read once and is the same each time."""
    stream = body(b"abc", length=3)
    assert stream.read_all() is stream.read_all()


def test_a_body_that_comes_byte_by_byte_is_read_whole() -> None:
    """A server may give less than was asked for."""
    assert body(Source(7, piece=1), length=7).read_all() == b"x" * 7


def test_a_stream_that_the_server_ends_is_read_to_its_end() -> None:
    """Where the server ends the stream, the body goes to its end, with or without chunks."""
    assert body(b"abc", **CHUNKED).read_all() == b"abc"
    assert body(b"abc", **{"wsgi.input_terminated": True}).read_all() == b"abc"


def test_chunks_beat_a_length() -> None:
    """Where both come the chunks decide (RFC 9112, 6.3)."""
    assert body(b"abc", length=2, **CHUNKED).read_all() == b"abc"


@pytest.mark.parametrize(("coding", "code"), [("chunked", 411), ("gzip, Chunked", 411), ("gzip", 501)])
def test_a_stream_that_nobody_ends_is_rejected(coding: str, code: int) -> None:
    """Chunks that the server does not end are 411, and another coding is 501; the stream is not touched."""
    stream = body(source := Source(5), HTTP_TRANSFER_ENCODING=coding)
    assert refusal(stream) == code
    stream.finish()
    assert source.taken == 0


@pytest.mark.parametrize("length", ["abc", "-1", "+5", "5_0", "5,5", "0x5", "²", "٣", " 5", "5\n", "5.0"])
def test_a_content_length_that_is_not_a_number_is_a_400(length: str) -> None:
    """A Content-Length other than digits is 400 (RFC 9110, 8.6)."""
    stream = body(source := Source(5), length=length)
    assert (refusal(stream), source.taken) == (400, 0)


@pytest.mark.parametrize("length", [11, 10**18, 10**30, "9" * 5000])
def test_a_content_length_over_the_limit_is_a_413_before_a_byte_is_read(length: object) -> None:
    """A declared length over the limit is 413 before a byte is read."""
    stream = body(source := Source(5), length=length)
    assert (refusal(stream), source.taken) == (413, 0)


@pytest.mark.parametrize("limit", [0, 1, 10 * 1024 * 1024])
@pytest.mark.parametrize("environ", [{}, CHUNKED])
def test_the_limit_itself_is_accepted(limit: int, environ: dict[str, Any]) -> None:
    """A body as large as the limit is accepted, and one byte more is 413, declared or not."""
    for size in range(max(0, limit - 1), limit + 1):
        assert len(body(Source(size), limit, length=size, **environ).read_all()) == size
    assert refusal(body(Source(limit + 1), limit, length=limit + 1, **environ)) == 413


@pytest.mark.parametrize("environ", [{"length": 20}, CHUNKED])
def test_none_is_no_limit(environ: dict[str, Any]) -> None:
    """Where the limit is None the whole body is read."""
    assert len(body(Source(20), None, **environ).read_all()) == 20


def test_a_body_that_was_rejected_stays_rejected() -> None:
    """A body that was rejected once is rejected each time, whatever is left of it."""
    stream = body(Source(20), **CHUNKED)
    assert [refusal(stream), refusal(stream)] == [413, 413]
    with pytest.raises(HTTPException):
        stream.read(1)


def test_a_body_shorter_than_its_content_length_is_a_400() -> None:
    """A body shorter than its length is 400, and says how much came."""
    with pytest.raises(BadRequest, match="ends after 5 bytes, but Content-Length is 10"):
        body(b"12345", length=10).read_all()


@pytest.mark.parametrize("exc", [OSError(), ValueError(), Exception("InvalidChunkSize"), BadRequest("cut")])
def test_a_stream_that_raises_is_a_400(exc: Exception) -> None:
    """A stream that cannot be read is 400; an answer that the server chose stays."""
    stream = body(Broken(exc), **CHUNKED)
    assert refusal(stream) == 400
    stream.finish()


def test_a_stream_that_returns_no_bytes_is_a_400() -> None:
    """A stream that gives what is no bytes cannot be read either."""

    class Empty:
        def read(self, size: int) -> None:
            """Give nothing, as a socket that does not block."""

    stream = body(Empty(), length=3)
    assert refusal(stream) == 400
    stream.finish()


@pytest.mark.parametrize(("limit", "size"), [(10, DRAIN + 10), (0, DRAIN), (None, DRAIN)])
@pytest.mark.parametrize("environ", [{}, CHUNKED])
def test_an_unread_body_is_drained(limit: int | None, size: int, environ: dict[str, Any]) -> None:
    """An unread body is thrown away up to DRAIN bytes beyond the limit."""
    stream = body(source := Source(size), limit, length=size, **environ)
    stream.finish()
    assert (source.taken, source.left) == (size, 0)


@pytest.mark.parametrize("limit", [10, None])
def test_a_body_declared_far_too_large_is_not_drained(limit: int | None) -> None:
    """A client that announces more than would be drained is left alone."""
    stream = body(source := Source(9), limit, length=DRAIN + 11)
    stream.finish()
    assert source.taken == 0


@pytest.mark.parametrize("limit", [10, None])
def test_an_endless_body_is_drained_only_so_far(limit: int | None) -> None:
    """A body without an end is drained so far and no further, also when asked twice."""
    stream = body(source := Source(1 << 40), limit, **CHUNKED)
    stream.finish()
    stream.finish()
    assert source.taken < DRAIN + 2**17


def test_the_rest_of_a_body_is_drained() -> None:
    """What a reader has left of a body is drained."""
    stream = body(source := Source(9), length=9)
    assert stream.read(3) == b"xxx"
    stream.finish()
    assert source.left == 0


def test_the_body_replaces_wsgi_input() -> None:
    """Whoever reads wsgi.input reads the Body, which ends by itself."""
    environ: dict[str, Any] = {"wsgi.input": BytesIO(b"abc\ndef!"), "CONTENT_LENGTH": "7"}
    stream = Body(environ, 10)
    assert (environ["wsgi.input"], environ["wsgi.input_terminated"]) == (stream, True)
    assert environ["wsgi.input"] is stream
    assert (stream.readline(), stream.readline(2), [*stream]) == (b"abc\n", b"de", [b"f"])


def test_the_stream_can_be_read_after_the_whole() -> None:
    """After the whole was read the stream gives the same bytes from their start."""
    stream = body(b"abc", length=3)
    stream.read_all()
    assert [stream.read(2), stream.read(2), stream.read(2)] == [b"ab", b"c", b""]
    assert stream.read_all() == b"abc"


def test_the_whole_cannot_be_read_after_the_stream() -> None:
    """Once the stream was read from, the whole is gone, and that is said."""
    stream = body(b"abc", length=3)
    stream.read(1)
    with pytest.raises(RuntimeError, match="and was not kept: read"):
        stream.read_all()


def test_a_reader_of_the_stream_is_held_to_limit_and_length() -> None:
    """A reader of the stream is held to the limit and to the length."""
    with pytest.raises(HTTPException, match="larger than 10 bytes"):
        body(Source(11), **CHUNKED).read()
    with pytest.raises(HTTPException, match="ends after 2 bytes"):
        body(b"ab", length=3).read()


def test_a_stream_has_the_methods_that_pep_3333_asks_for() -> None:
    """They read on where the one before has stopped."""
    stream = body(b"ab\nde\ngh\nj", length=10)
    assert (stream.read(1), stream.readline(), stream.readlines(2)) == (b"a", b"b\n", [b"de\n"])
    assert (next(iter(stream)), stream.read(0), stream.read(None), stream.read()) == (b"gh\n", b"", b"j", b"")


def kept(data: bytes) -> Body:
    """Return a Body that keeps what is read of it."""
    return Body({"wsgi.input": BytesIO(data), "CONTENT_LENGTH": str(len(data))}, len(data), keep=True)


def test_a_kept_body_is_whole_after_a_part_of_it_was_read() -> None:
    """And then its stream is at the start again."""
    stream = kept(b"abcdef")
    assert (stream.read(2), stream.read_all(), stream.read(3), stream.read_all()) == (
        b"ab",
        b"abcdef",
        b"abc",
        b"abcdef",
    )
    stream.finish()


def test_a_kept_body_can_be_read_from_its_start_again() -> None:
    """Wherever its readers have stopped, also where the body is large."""
    data = bytes(range(256)) * 4096
    stream = kept(data)
    for size in (3, 1000, 600_000, 10, -1):
        assert stream.rewind()
        assert stream.read(size) == data[: None if size < 0 else size]
    stream.finish()


def test_a_body_that_is_kept_no_longer_is_read_to_its_end() -> None:
    """What was kept comes first, and cannot be read a third time."""
    stream = kept(b"abcdef")
    assert (stream.read(2), stream.rewind()) == (b"ab", True)
    stream.stop_keeping()
    assert (stream.read(1), stream.read(), stream.rewind()) == (b"a", b"bcdef", False)
    stream.finish()


READS = st.one_of(
    st.tuples(st.just("read"), st.integers(0, 700)),
    st.tuples(st.just("readline"), st.sampled_from([-1, 0, 1, 5, 600])),
    st.tuples(st.just("readlines"), st.just(-1)),
)
TEXT = st.lists(st.sampled_from([b"a", b"\n", b"bc\n", b"x" * 511, b"y" * 600 + b"\n"]), max_size=12).map(b"".join)


@given(TEXT, st.lists(READS, max_size=8), st.booleans(), st.booleans(), st.integers(1, 600))
def test_lines_and_pieces_are_read_in_turns(
    text: bytes, reads: list[tuple[str, int]], keep: bool, chunked: bool, piece: int
) -> None:
    """As of any stream, kept or not, whoever asks; a line is looked for in what comes, and nothing of that is lost."""
    length = CHUNKED if chunked else {"CONTENT_LENGTH": str(len(text))}
    stream = Body({"wsgi.input": BytesIO(text), **length}, None, keep=keep)
    plain, raw = BytesIO(text), BodyStream(stream)
    for number, (name, size) in enumerate(reads):
        assert getattr((stream, raw)[number % 2], name)(size) == getattr(plain, name)(size)
    if keep:
        assert stream.rewind()
        assert stream.read(piece) == text[:piece]
        assert stream.read_all() == text
    else:
        assert stream.read() == plain.read()
    stream.finish()


def test_lines_take_few_reads_of_the_source() -> None:
    """Not one for each byte."""
    source = Counted(b"a,b,c,d\n" * 1000)
    assert len(body(source, None, length=8000).readlines()) == 1000
    assert source.reads < 30


class Counted(BytesIO):
    """A `wsgi.input` that counts its reads."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        self.reads += 1
        return super().read(size)


def test_a_look_ahead_leaves_the_body_whole() -> None:
    """Nothing has been read by it, whatever the length of the body."""
    for size in (0, 1, 512, 600, 5000):
        for length in ({"length": size}, CHUNKED):
            stream = body(Source(size), None, **length)
            assert (stream.peek(), stream.read_all()) == (b"x" * min(size, 512), b"x" * size)
            assert stream.peek() == b"x" * min(size, 512)


@contextmanager
def full_disk(size: int) -> Generator[None]:
    """Allow files of so many bytes only."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_does_not_keep_a_request_from_its_answer() -> None:
    """The reader of the body gets the exception, and nothing is raised when the body is finished."""
    stream = Body({"wsgi.input": Source(1 << 20), "CONTENT_LENGTH": str(1 << 20)}, None, keep=True)
    with full_disk(600 * 1024):
        with pytest.raises(OSError, match="File too large"):
            stream.read()
        stream.finish()

"""Pictures in guidelines: what they are, their bytes say; who sees them is asked every time."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from annotate.models import GuidelineImage, Queue
from annotate.services import guideline_images
from annotate.services.guideline_images import add_guideline_image
from annotate.views.markdown import render_markdown
from foundation.errors import Invalid
from foundation.models import User
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db


def png(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), color).save(out, "PNG")
    return out.getvalue()


def add(queue: Queue, data: bytes, name: str = "wren.png") -> GuidelineImage:
    return add_guideline_image(queue=queue, name=name, chunks=[data], by=None)


def test_a_picture_is_served_as_what_its_bytes_are_to_members_only(
    queue: Queue, ada: User, mia: User, eve: User, sign_in: SignIn
) -> None:
    sent = SimpleUploadedFile("wren.html", png(), content_type="text/html")
    assert sign_in(mia).post(f"/queues/{queue.oid}/guideline/images", {"image": sent}).status_code
    image = GuidelineImage.objects.get()
    where = f"/guidelines/images/{image.oid}"
    reply = sign_in(ada).get(where)
    assert reply["Content-Type"] == "image/png"
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert b"".join(reply.streaming_content) == png()  # type: ignore[attr-defined]
    assert sign_in(eve).get(where).status_code == 404
    assert add(queue, png()) == image, "the same again is the one that is there"
    shown = render_markdown(f"Look: {image.markdown}")
    assert f'<img src="{where}" alt="wren" loading="lazy">' in shown


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>x</script>", b"", png()[:30]]
)
def test_what_is_no_picture_is_refused_with_its_place(queue: Queue, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        add(queue, data)
    assert refused.value.places[0].at == "image"
    assert not GuidelineImage.objects.exists()


def test_a_picture_that_is_too_large_is_refused(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guideline_images, "LARGEST_BYTES", 20)
    with pytest.raises(Invalid):
        add(queue, png())


def test_only_managers_add_pictures(queue: Queue, rui: User, mia: User, sign_in: SignIn) -> None:
    where = f"/queues/{queue.oid}/guideline/images"
    assert sign_in(rui).post(where).status_code == 403
    assert sign_in(mia).post(where).status_code == 302
    assert not GuidelineImage.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://eve.example/pixel.png)",
        "![x](//eve.example/pixel.png)",
        "![x](image:https://eve.example)",
        '![" onerror="x](image:guideimage_1" onload="y)',
        "![x](image:../../admin)",
        "![x](javascript:x)",
    ],
)
def test_no_other_address_becomes_a_picture(text: str) -> None:
    assert "<img" not in render_markdown(text)


def test_words_of_a_picture_stay_words() -> None:
    shown = render_markdown('![" onerror="x](image:guideimage_1)')
    assert shown == (
        '<p><img src="/guidelines/images/guideimage_1" alt="&quot; onerror=&quot;x"'
        ' loading="lazy"></p>'
    )

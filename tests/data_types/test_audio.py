"""Sounds: facts from honest files, waveform and spectrogram made once, plain reasons otherwise."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from PIL import Image

from datasets.data_types import audio, sound
from datasets.data_types.audio import AudioType
from datasets.data_types.base import Allowed, BadFile, Facts, Made
from datasets.data_types.reading import FileReader, FileToRead, limits_for
from datasets.pure.problems import Problem
from tests.data_types.sounds import save, tone, wav_header

KINDS = [
    ("WAV", "", "audio/wav", "PCM_16"),
    ("WAVEX", "PCM_24", "audio/wav", "PCM_24"),
    ("RF64", "FLOAT", "audio/wav", "FLOAT"),
    ("FLAC", "", "audio/flac", "PCM_16"),
    ("MP3", "", "audio/mpeg", "MPEG_LAYER_III"),
    ("OGG", "", "audio/ogg", "VORBIS"),
    ("OGG", "OPUS", "audio/ogg", "OPUS"),
]


def read(path: Path, allowed: Allowed | None = None) -> Facts:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return AudioType().read(path, folder, "0001", allowed or Allowed())


def made(facts: Facts, role: str) -> Made:
    return next(file for file in facts["made"] if file["role"] == role)


def bins(facts: Facts, role: str) -> Any:
    """Lowest and highest sample of each bin and channel, in shares of 127."""
    raw = np.fromfile(made(facts, role)["path"], dtype=np.int8)
    return raw.reshape(-1, facts["channels"], 2)


def refusal(path: Path, allowed: Allowed | None = None) -> str:
    with pytest.raises(BadFile) as caught:
        read(path, allowed)
    assert caught.value.problem.detail
    return caught.value.problem.code


@pytest.mark.parametrize(("kind", "codec", "media_type", "shown"), KINDS)
def test_a_sound_is_known_by_its_bytes_whatever_its_name(
    tmp_path: Path, kind: str, codec: str, media_type: str, shown: str
) -> None:
    path = save(tmp_path / "x.raw", np.stack([tone(1.5), tone(1.5)], axis=1), 8000, kind, codec)
    facts = read(path)
    assert (facts["media_type"], facts["codec"], facts["channels"]) == (media_type, shown, 2)
    assert facts["seconds"] == pytest.approx(1.5, abs=0.08)  # lossy codecs fill their last frame
    assert facts["rate"] in (8000, 48000)  # Opus is always heard at 48 kHz
    assert (facts["warnings"], facts["size"]) == ([], path.stat().st_size)
    assert AudioType.media_types[facts["media_type"]]


def test_the_waveform_holds_low_and_high_of_every_bin_in_shares_of_the_loudest(
    tmp_path: Path,
) -> None:
    left = np.zeros(8000, dtype=np.float32)
    left[4000], left[4001] = 0.5, -0.25
    facts = read(save(tmp_path / "x", np.stack([left, np.zeros_like(left)], axis=1)))
    fine, coarse = bins(facts, "peaks-fine"), bins(facts, "peaks-coarse")
    assert (len(fine), len(coarse), facts["loudest"]) == (500, 50, 0.5)
    assert fine[250].tolist() == [[-64, 127], [0, 0]]
    assert coarse[25].tolist() == [[-64, 127], [0, 0]]
    assert np.count_nonzero(fine) == np.count_nonzero(coarse) == 2
    assert made(facts, "peaks-fine")["facts"] == {"channels": 2, "per_second": 500}


@pytest.mark.parametrize("rate", [1000, 11025, 44100])
def test_bins_never_drift_from_the_clock(tmp_path: Path, rate: int) -> None:
    samples = np.zeros(rate * 25, dtype=np.float32)
    samples[rate * 21] = 1
    facts = read(save(tmp_path / "x", samples, rate))
    assert np.flatnonzero(bins(facts, "peaks-fine")[:, 0, 1]).tolist() == [21 * 500]
    assert np.flatnonzero(bins(facts, "peaks-coarse")[:, 0, 1]).tolist() == [21 * 50]


def test_a_spectrogram_is_bright_at_the_pitch_that_sounds(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", tone(31, hertz=1000)))
    tiles = made(facts, "spectrogram")
    assert (tiles["facts"]["top_hertz"], len(tiles["facts"]["tiles"])) == (4000, 2)
    first, end = tiles["facts"]["tiles"]
    raw = Path(tiles["path"]).read_bytes()
    assert end == len(raw)
    widths = []
    for part in (raw[:first], raw[first:]):
        with Image.open(BytesIO(part)) as tile:
            grey = np.asarray(tile.convert("L"))
        widths.append(tile.size)
        brightest = int(np.argmax(grey[:, 20]))
        assert abs(brightest - (256 - 1000 / 4000 * 256)) <= 2
        assert grey[brightest, 20] > 180
        assert grey[20, 20] < 60
    assert widths == [(1500, 256), (50, 256)]


def test_the_thumbnail_is_a_waveform_on_a_transparent_ground(tmp_path: Path) -> None:
    loud_end = np.concatenate([tone(1, loud=0.05), tone(1, loud=0.9)])
    facts = read(save(tmp_path / "x", loud_end))
    thumbnail = made(facts, "thumbnail")
    with Image.open(thumbnail["path"]) as picture:
        heights = (np.asarray(picture)[:, :, 3] > 0).sum(axis=0)
        assert picture.size == (thumbnail["facts"]["width"], thumbnail["facts"]["height"])
    assert heights[:120].max() < 12
    assert heights[136:].min() > 60


def test_memory_is_a_block_however_long_the_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = 0.0
    whole = sound.Clip.blocks

    def counted(self: sound.Clip, seconds: int) -> Any:
        nonlocal longest
        for block in whole(self, seconds):
            longest = max(longest, len(block) / self.rate)
            yield block

    monkeypatch.setattr(sound.Clip, "blocks", counted)
    read(save(tmp_path / "x", tone(95)))
    assert longest == sound.TILE_SECONDS


def test_a_sound_of_one_sample_is_taken(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", np.array([0.5], dtype=np.float32), 44100))
    assert facts["seconds"] == 0.0001
    assert bins(facts, "peaks-fine").tolist() == [[[127, 127]]]
    with Image.open(made(facts, "thumbnail")["path"]) as picture:
        assert picture.size == sound.THUMBNAIL


def test_silence_is_taken_with_a_warning(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", np.zeros(8000, dtype=np.float32)))
    assert [one["code"] for one in facts["warnings"]] == ["silent"]
    assert not bins(facts, "peaks-coarse").any()


def test_broken_numbers_in_a_sound_become_silence_or_full_loudness(tmp_path: Path) -> None:
    samples = np.array([0.1, np.nan, np.inf, 3.0, -0.2] * 800, dtype=np.float32)
    facts = read(save(tmp_path / "x", samples, codec="FLOAT"))
    assert [one["code"] for one in facts["warnings"]] == ["over-loud"]
    assert facts["loudest"] == 1
    assert bins(facts, "peaks-fine").max() == 127


def test_a_telephone_codec_gets_a_copy_that_browsers_play(tmp_path: Path) -> None:
    facts = read(save(tmp_path / "x", tone(2), codec="GSM610"))
    copy = made(facts, "playable")
    assert (facts["media_type"], copy["media_type"]) == ("audio/wav", "audio/flac")
    assert soundfile.info(copy["path"]).duration == pytest.approx(2, abs=0.05)


def test_a_header_of_unknown_length_is_believed_to_the_end_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(wav_header(claimed=0xFFFFFFFF) + b"\x00\x10" * 8000)
    assert read(path)["seconds"] == 1.0


@pytest.mark.parametrize("kind", ["WAV", "FLAC"])
def test_a_truncated_sound_is_refused(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / "x", tone(4), kind=kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(path) in ("cut-short", "broken-audio")


@pytest.mark.parametrize("kind", ["WAV", "OGG"])
def test_zero_seconds_are_refused(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / "x", np.zeros(0, dtype=np.float32), kind=kind)
    assert refusal(path) == "no-sound"


def test_nine_channels_are_refused(tmp_path: Path) -> None:
    assert refusal(save(tmp_path / "x", np.zeros((800, 9)))) == "too-many-channels"
    assert read(save(tmp_path / "x", np.zeros((800, 8))))["channels"] == 8


@pytest.mark.parametrize(
    ("claimed", "code"), [(3_000_000_000, "too-long"), (200_000_000, "cut-short")]
)
def test_a_huge_claim_of_a_header_is_refused(tmp_path: Path, claimed: int, code: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(wav_header(claimed=claimed) + b"\0" * 4000)
    assert refusal(path) == code


def test_a_claim_of_a_sample_rate_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(wav_header(claimed=4000, rate=2_000_000_000) + b"\0" * 4000)
    assert refusal(path) in ("bad-sample-rate", "broken-audio")
    path.write_bytes(wav_header(claimed=4000, rate=100) + b"\0" * 4000)
    assert refusal(path) == "bad-sample-rate"


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "MP3", "OGG"])
def test_a_clip_longer_than_allowed_is_refused(tmp_path: Path, kind: str) -> None:
    path = save(tmp_path / "x", tone(3), kind=kind)
    assert refusal(path, Allowed(seconds=2)) == "too-long"
    assert read(path, Allowed(seconds=4))["seconds"] == pytest.approx(3, abs=0.1)
    assert not list((tmp_path / "made").glob("*.bins"))


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is a text\n" * 20,
        b"",
        b"RIFF\x00\x00\x00\x00WAVE",
        b"RIFF\x24\x00\x00\x00AVI LIST",
        b"fLaC" + b"\xff" * 200,
        b"OggS" + b"\x00" * 200,
        b"ID3" + b"\x00" * 400,
        b"\xff\xfb\x90\x00" + b"\x00" * 400,
        b"\xff\xd8\xff\xe0 a picture",
        "\ufeffa text in UTF-16".encode("utf-16-le"),
    ],
)
def test_what_is_not_a_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(data)
    assert refusal(path) in ("unknown-audio-format", "broken-audio", "no-sound")


def test_sounds_are_read_in_a_child_with_the_limit_of_the_operator(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_bytes(b"no sound at all")
    files = [
        FileToRead(save(tmp_path / "a", tone(1)), "a.bin"),
        FileToRead(tmp_path / "text.wav", "text.wav"),
        FileToRead(save(tmp_path / "long", tone(5)), "long.wav"),
    ]
    folder = tmp_path / "made"
    folder.mkdir()
    limits = limits_for("audio")
    assert limits.cpu_seconds == AudioType.cpu_seconds
    with FileReader(folder, limits=limits, allowed=Allowed(seconds=4)) as reader:
        answers = [answer for _, answer in reader.read(files)]
    said = [one.code if isinstance(one, Problem) else one["data_type"] for one in answers]
    assert said == ["audio", "unknown-file-type", "too-long"]


def test_every_codec_that_libsndfile_reads_is_played_or_copied() -> None:
    wav = set(soundfile.available_subtypes("WAV"))
    assert {"GSM610", "MS_ADPCM", "IMA_ADPCM"} <= wav - set(audio.PLAYED)

"""One scenario with OpenAI's package for Python, told as a transcript: `scenarios.py NAME`.

Address and key come from OPENAI_BASE_URL and OPENAI_API_KEY, as the package reads them by itself; FOLDER holds cat.png
and takes what is saved. `node/scenarios.mjs` tells the same in the same words.
"""

import base64
import json
import os
import sys
import time
import warnings
from pathlib import Path

import openai
from openai import OpenAI

# "The Sora API is scheduled to permanently shut down": that one, not this.
warnings.simplefilter("ignore", DeprecationWarning)

client = OpenAI()
videos = client.videos
FOLDER = Path(os.environ["FOLDER"])
SMALL = {"model": "sandbox-1", "seconds": "1", "size": "320x180"}
SLOW = {"metadata": {"sandbox": {"seconds": 3600}}}


def say(step, facts):
    text = facts if isinstance(facts, str) else json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    print(f"{step}: {text}", flush=True)


def facts(video):
    """What does not change from run to run."""
    return {
        "object": video.object,
        "status": video.status,
        "model": video.model,
        "prompt": video.prompt,
        "seconds": video.seconds,
        "size": video.size,
        "remixed": video.remixed_from_video_id is not None,
        "error": video.error and {"code": video.error.code, "message": video.error.message},
        "ended": video.completed_at is not None,
        "known since": type(video.created_at).__name__.replace("int", "number"),
    }


def refused(step, call):
    try:
        say(step, f"no exception, but {call()!r}")
    except openai.APIStatusError as error:
        body = error.body if isinstance(error.body, dict) else {}
        words = {"status": error.status_code, "code": error.code, "param": error.param, "message": body.get("message")}
        # A status without a class of its own: Node's package calls it APIError.
        kind = "APIError" if type(error) is openai.APIStatusError else type(error).__name__
        say(step, f"{kind} {json.dumps(words, ensure_ascii=False, separators=(',', ':'))}")
        say("  its request id", "a text" if error.request_id else "none")


def ended(video):
    deadline = time.monotonic() + 60
    while video.status in ("queued", "in_progress"):
        assert time.monotonic() < deadline, f"still {video.status}"
        time.sleep(0.05)
        video = videos.retrieve(video.id)
    return video


def under_way():
    video = videos.create(prompt="a cat", **SMALL, extra_body=SLOW)
    while video.status == "queued":
        time.sleep(0.05)
        video = videos.retrieve(video.id)
    return video


def clip(video):
    return videos.download_content(ended(video).id).read()


def ordering():
    picture = FOLDER / "cat.png"
    link = "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
    plain = videos.create(prompt="a paper boat", **SMALL)
    say("create", facts(plain))
    again = videos.retrieve(plain.id)
    say("retrieve", f"the same id: {str(again.id == plain.id).lower()}")
    say("retrieve when it has ended", facts(ended(plain)))
    with picture.open("rb") as opened:
        from_file = videos.create(prompt="a paper boat", input_reference=opened, **SMALL)
    say("create with a file", facts(from_file))
    others = {
        "bytes with a name and a type": {"input_reference": ("cat.png", picture.read_bytes(), "image/png")},
        "bytes alone": {"input_reference": picture.read_bytes()},
        "a link to data": {"extra_body": {"input_reference": {"image_url": link}}},
    }
    shown = clip(from_file)
    say("the picture is in the clip", str(shown != clip(plain)).lower())
    for name, how in others.items():
        video = videos.create(prompt="a paper boat", **SMALL, **how)
        say(f"create with {name}", f"the clip is the same: {str(clip(video) == shown).lower()}")
    seeded = videos.create(prompt="a paper boat", **SMALL, extra_body={"seed": 7, "fps": 12})
    say("create with a seed and fps beside", f"another clip: {str(clip(seeded) != clip(plain)).lower()}")
    bare = videos.create(prompt="a paper boat", model="sora-2")
    say("create with no size and no length", facts(bare))
    say("its request id", "a text" if bare._request_id else "none")


def waiting():
    slept = []
    sleep = type(videos)._sleep

    def counted(seconds):
        slept.append(seconds)
        sleep(videos, seconds)

    videos._sleep = counted
    brief = {"metadata": {"sandbox": {"seconds": 1}}}
    say("create_and_poll", facts(videos.create_and_poll(prompt="a paper boat", **SMALL, extra_body=brief)))
    say("the gateway's word on when to ask again was followed", sorted(set(slept)))
    failing = {"metadata": {"sandbox": {"fail": "filtered"}}}
    say("create_and_poll of one that fails", facts(videos.create_and_poll(prompt="a boat", **SMALL, extra_body=failing)))
    slept.clear()
    videos.create_and_poll(prompt="a boat", **SMALL, poll_interval_ms=20, extra_body=brief)
    say("create_and_poll with an interval of one's own", sorted(set(slept)))


def fetching():
    video = ended(videos.create(prompt="a paper boat", **SMALL))
    path = FOLDER / "whole.mp4"
    answer = videos.download_content(video.id)
    answer.write_to_file(path)
    whole = path.read_bytes()
    say("download_content", answer.response.headers["content-type"])
    say("as long as said", str(len(whole) == int(answer.response.headers["content-length"])).lower())
    with videos.with_streaming_response.download_content(video.id, variant="video") as streamed:
        say("in pieces", f"the same: {str(b''.join(streamed.iter_bytes(1000)) == whole).lower()}")
    parts, at, size = [], 0, len(whole) // 3 + 1
    while at < len(whole):
        wanted = {"Range": f"bytes={at}-{at + size - 1}"}
        part = videos.with_raw_response.download_content(video.id, extra_headers=wanted)
        said = part.headers["content-range"] == f"bytes {at}-{min(at + size, len(whole)) - 1}/{len(whole)}"
        say("Range", f"{part.status_code}, Content-Range as asked: {str(said).lower()}")
        parts.append(part.content)
        at += size
    say("put together", f"the same: {str(b''.join(parts) == whole).lower()}")
    beyond = {"Range": f"bytes={len(whole)}-"}
    refused("Range beyond the end", lambda: videos.download_content(video.id, extra_headers=beyond))
    refused("another variant", lambda: videos.download_content(video.id, variant="thumbnail"))


def refusals():
    wrong = client.with_options(api_key="sk-wrong")
    refused("create with a wrong key", lambda: wrong.videos.create(prompt="a cat", **SMALL))
    refused("list with a wrong key", lambda: wrong.videos.list())
    unknown = "task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"
    refused("retrieve an unknown id", lambda: videos.retrieve(unknown))
    refused("content of an unknown id", lambda: videos.download_content(unknown))
    running = under_way()
    refused("content too early", lambda: videos.download_content(running.id))
    failed = ended(videos.create(prompt="a cat", **SMALL, extra_body={"metadata": {"sandbox": {"fail": "failed"}}}))
    refused("content of one that failed", lambda: videos.download_content(failed.id))
    refused("no model", lambda: videos.create(prompt="a cat"))
    refused("a blank prompt", lambda: videos.create(prompt=" ", **SMALL))
    refused("a size nobody can read", lambda: videos.create(prompt="a cat", model="sandbox-1", size="huge"))
    refused("a picture that is none", lambda: videos.create(prompt="a cat", **SMALL, input_reference=b"no picture"))


def listing():
    say("list of nothing", [video.id for video in videos.list()])
    made = [videos.create(prompt=f"clip {number}", **SMALL).id for number in range(5)]
    newest_first = made[::-1]
    say("list", f"newest first: {str([video.id for video in videos.list()] == newest_first).lower()}")
    for order, wanted in [("desc", newest_first), ("asc", made)]:
        pages = [[video.id for video in page.data] for page in videos.list(limit=2, order=order).iter_pages()]
        say(f"list by twos, {order}", [len(page) for page in pages])
        say("  all of them in order", str([id for page in pages for id in page] == wanted).lower())
        alone = [video.id for video in videos.list(limit=1, order=order)]
        say("  one by one the same", str(alone == wanted).lower())
    page = videos.list(after=made[1], order="asc", limit=2)
    say("list after the second", str([video.id for video in page.data] == made[2:4]).lower())
    say("  more to come", str(page.has_more).lower())
    say("an item", facts(ended(next(iter(videos.list(order="asc"))))))
    videos.delete(ended(videos.retrieve(made[1])).id)
    rest = [video.id for video in videos.list(after=made[1], order="asc")]
    say("list after one that is gone", str(rest == made[2:]).lower())
    refused("list with a limit that is none", lambda: videos.list(limit=1000))


def remixing():
    first = ended(videos.create(prompt="a paper boat", **SMALL))
    remix = videos.remix(first.id, prompt="the same at night")
    say("remix", facts(remix))
    done = ended(remix)
    say("when it has ended", facts(done))
    say("  made from the first", str(done.remixed_from_video_id == first.id).lower())
    say("  another clip", str(clip(done) != clip(first)).lower())
    refused("remix of an unknown id", lambda: videos.remix("task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U", prompt="x"))
    refused("remix with a blank prompt", lambda: videos.remix(first.id, prompt=" "))
    running = under_way()
    refused("remix of one that is not done", lambda: videos.remix(running.id, prompt="x"))


def deleting():
    video = ended(videos.create(prompt="a paper boat", **SMALL))
    gone = videos.delete(video.id)
    say("delete", {"same id": gone.id == video.id, "object": gone.object, "deleted": gone.deleted})
    refused("retrieve the deleted one", lambda: videos.retrieve(video.id))
    refused("content of the deleted one", lambda: videos.download_content(video.id))
    refused("delete it again", lambda: videos.delete(video.id))
    running = under_way()
    refused("delete a running one", lambda: videos.delete(running.id))
    refused("delete an unknown id", lambda: videos.delete("task_8Jd0wQx2Lr5TnV1yBc7KfMzP4sGhAe9U"))
    say("left in the list", str([video.id for video in videos.list()] == [running.id]).lower())


def repeating():
    key = {"Idempotency-Key": "order-7"}
    first = videos.create(prompt="a paper boat", **SMALL, extra_headers=key)
    again = videos.create(prompt="a paper boat", **SMALL, extra_headers=key)
    say("the same order under the same key", f"the same task: {str(again.id == first.id).lower()}")
    refused(
        "another order under the same key",
        lambda: videos.create(prompt="a paper plane", **SMALL, extra_headers=key),
    )
    other = videos.create(prompt="a paper boat", **SMALL, extra_headers={"Idempotency-Key": "order-8"})
    say("the same order under another key", f"another task: {str(other.id != first.id).lower()}")
    say("tasks in all", len(list(videos.list())))


def ambiguous():
    refused("create where nobody knows what became of it", lambda: videos.create(prompt="a cat", **SMALL))


globals()[sys.argv[1]]()

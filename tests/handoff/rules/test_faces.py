"""What people on staff look like: a picture comes, is replaced and goes, on record; customers are told where it is."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import AgentPicture
from handoff.routing import holding
from handoff.rules import audit, faces, thread
from shop.ground.db import Database
from shop.ground.errors import BadInput, NotFound, Refusal, TooLarge
from tests.handoff import world
from tests.handoff.picturing import SECRET, exif, gif, jpeg, pdf, png, segment

DANA = "agent:dana"
PHOTO = jpeg(segment(0xE1, b"Exif\0\0" + exif()))


def actions(session: Session) -> list[str]:
    return [row["action"] for row in audit.latest(session)]


def test_a_picture_comes_is_replaced_and_goes_and_all_of_it_is_on_record(db: Database) -> None:
    with db.transaction() as session:
        dana, ben = world.agent(session, "Dana"), world.agent(session, "Ben")
        first = faces.put(session, DANA, dana, faces.read(PHOTO))
        assert faces.of(session, dana) == first and faces.of(session, ben) is None
        kept = faces.find(session, first.removeprefix(faces.AT))
        assert kept.type == "image/jpeg" and SECRET not in kept.data and first.endswith(f"{kept.sha256}.jpg")
        assert faces.put(session, DANA, dana, faces.read(PHOTO)) == first  # nothing to say of it
        assert faces.put(session, "agent:ben", ben, faces.read(PHOTO)) == first
        second = faces.put(session, DANA, dana, faces.read(png()))
        assert second.endswith(".png") and second != first
        assert faces.every(session, {dana, ben}) == {dana: second, ben: first}
        assert faces.find(session, first.removeprefix(faces.AT)).data == kept.data  # Ben's still
        faces.remove(session, "agent:ben", ben)
        faces.remove(session, "agent:ben", ben)
        with pytest.raises(NotFound):
            faces.find(session, first.removeprefix(faces.AT))
        assert faces.every(session, {dana, ben}) == {dana: second} and faces.every(session, ()) == {}
        assert session.scalar(select(func.count()).select_from(AgentPicture)) == 1
        assert actions(session) == ["picture_removed", "picture_set", "picture_set", "picture_set"]
        assert [row["detail"] for row in audit.latest(session)][1:] == [
            {"replaced": one} for one in (True, False, False)
        ]
        for name in (f"{kept.sha256}.gif", kept.sha256, "", second.removeprefix(faces.AT).replace(".png", ".jpg")):
            with pytest.raises(NotFound):
                faces.find(session, name)
        with pytest.raises(NotFound):
            faces.put(session, DANA, "nobody", faces.read(PHOTO))
        with pytest.raises(NotFound):
            faces.remove(session, DANA, "nobody")


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (gif(), BadInput, "picture"),
        (pdf(), BadInput, "picture"),
        (b"", BadInput, "picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", BadInput, "picture"),
        (png()[:-20], BadInput, "file_broken"),
        (png() + bytes(faces.LARGEST), TooLarge, "too_large"),
    ],
)
def test_what_is_no_small_picture_is_refused(data: bytes, error: type[Refusal], code: str) -> None:
    with pytest.raises(error) as refused:
        faces.read(data)
    assert refused.value.code == code


def test_customers_are_told_of_who_answers_and_of_who_is_waited_for(db: Database) -> None:
    with db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        dana = world.agent(session, "Dana")
        world.book(session, mia, dana)
        conversation = world.asks_for_a_person(session, mia)

        def told() -> object:
            return thread.status(session, world.conversation(session, conversation))["agent"]

        assert told() == {"name": "Dana", "dedicated": True}
        picture = faces.put(session, DANA, dana, faces.read(PHOTO))
        assert told() == {"name": "Dana", "dedicated": True, "picture": picture}
        row, agent = world.conversation(session, conversation), world.locked(session, dana)
        holding.claim(session, row, agent)
        holding.reply(session, row, agent, "Hello Mia.", "agent:dana:1")
        assert told() == {"name": "Dana", "dedicated": True, "picture": picture}
        (said,) = [
            one["author"] for one in thread.messages(session, conversation, 0) if one["author"]["kind"] == "agent"
        ]
        assert said == {"kind": "agent", "name": "Dana", "picture": picture}
        faces.remove(session, DANA, dana)
        assert told() == {"name": "Dana", "dedicated": True}

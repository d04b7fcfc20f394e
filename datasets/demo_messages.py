"""Short messages to an imaginary shop for notebooks and pens, written for Winnow."""

import random
from collections.abc import Iterator

SEED = 20260101
EACH = 70

INTENTS = {
    "delivery": "Where is my order",
    "refund": "Money back",
    "damage": "Damaged or wrong",
    "account": "Account and sign-in",
    "praise": "Praise and ideas",
}

CORES: dict[str, tuple[str, ...]] = {
    "delivery": (
        "my parcel has not arrived yet",
        "the tracking page has shown the same place since {day}",
        "when will the {thing} I ordered be delivered",
        "the courier left a note but I was at home all {day}",
        "could you send the {thing} to my office instead",
        "the delivery was promised for {day} and nothing came",
        "I need the {thing} before {day}, can you ship it faster",
        "the tracking number you sent does not exist",
        "half of my order is here, the {thing} is still missing from the post",
        "has my order left your warehouse",
        "the neighbour says no parcel was dropped off on {day}",
        "please tell me which carrier brings the {thing}",
        "it says out for delivery since {day}",
        "can I pick up the {thing} at the depot myself",
    ),
    "refund": (
        "I would like my money back for the {thing}",
        "you charged my card twice for one {thing}",
        "the refund you promised on {day} is not on my account",
        "I cancelled the {thing} and was billed all the same",
        "how long does a refund take",
        "I returned the {thing} two weeks ago, where is the payment",
        "please refund the shipping costs, the {thing} came late",
        "the discount code was not taken off the price of the {thing}",
        "I paid {price} but the shop now says less, can I get the difference",
        "my bank shows a payment of {price} that I did not make",
        "I want to return the {thing} and be paid back",
        "there is a charge of {price} from {day} that I do not understand",
        "can the refund go to another card",
        "you took {price} for a gift wrap I never asked for",
    ),
    "damage": (
        "the {thing} arrived with a broken corner",
        "you sent me a {colour} {thing}, I had ordered another colour",
        "the ink leaked over the whole {thing}",
        "three pages of the {thing} are torn",
        "the box was open and the {thing} scratched",
        "the {thing} stopped working after one {day}",
        "this is not the {thing} I chose, it is much smaller",
        "the cover of the {thing} came off on the first day",
        "the nib is bent and the {thing} does not write",
        "I found a {thing} in the parcel that I never ordered",
        "the {thing} smells of smoke and has stains",
        "the {colour} {thing} is cracked from top to bottom",
        "half the pencils in the {thing} are snapped",
        "the zip of the {thing} does not close",
    ),
    "account": (
        "I cannot sign in since {day}",
        "the link to set a new password never comes",
        "please change the e-mail address of my account",
        "how do I delete my account",
        "it says my password is wrong, but I have just changed it",
        "I am locked out after too many tries",
        "my old orders have vanished from my account",
        "can two people share one account",
        "I never made an account, yet I get your letters",
        "the code from the text message is refused",
        "where do I change my delivery address for good",
        "my name is spelled wrong in the account",
        "the app asks me to sign in again every {day}",
        "please merge my two accounts",
    ),
    "praise": (
        "the {thing} is the best I have ever owned",
        "thank you, the {colour} {thing} made my sister very happy",
        "could you also make the {thing} with squared paper",
        "your packing is lovely, no plastic at all",
        "I would buy a {colour} {thing} at once if you had one",
        "the person on the phone on {day} was so kind",
        "please never stop making this {thing}",
        "an idea: sell refills for the {thing}",
        "the paper of the {thing} is a joy to write on",
        "five years of daily use and the {thing} still looks new",
        "it would be good to see stock numbers for the {thing}",
        "my whole class uses your {thing} now",
        "what a fast answer, thanks a lot",
        "consider a larger {thing} for left-handed people",
    ),
}
OPENERS = ("", "", "", "Hello, ", "Hi, ", "Good morning, ", "Dear team, ", "Sorry to bother you, ")
CLOSERS = ("", "", "", " Thanks.", " Please help.", " Best, {name}", " {name}", " Regards, {name}")
THINGS = ("notebook", "fountain pen", "diary", "pencil case", "sketchbook", "ink set", "planner")
COLOURS = ("blue", "green", "black", "red", "grey")
DAYS = ("Monday", "Tuesday", "Thursday", "Friday", "the weekend", "last week")
PRICES = ("12.90", "24.50", "8 euros", "31.00", "17.95")
NAMES = ("Ines", "Tomasz", "Leila", "Jonas", "Mei", "Abiola", "Ruth", "Nikhil", "Sanna", "Omar")


def messages() -> Iterator[tuple[str, str]]:
    """Yield (intent, text), seventy of each intent in a fixed mixed order; no text comes twice."""
    chance = random.Random(SEED)  # noqa: S311 (texts, not secrets)
    listed = [(intent, text) for intent in CORES for text in _texts(intent, chance)]
    chance.shuffle(listed)
    yield from listed


def _texts(intent: str, chance: random.Random) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < EACH:
        core = CORES[intent][len(found) % len(CORES[intent])]
        found.setdefault(_text(core, chance))
    return list(found)


def _text(core: str, chance: random.Random) -> str:
    opener = chance.choice(OPENERS)
    filled = core.format(
        thing=chance.choice(THINGS),
        colour=chance.choice(COLOURS),
        day=chance.choice(DAYS),
        price=chance.choice(PRICES),
    )
    asks = filled.startswith(("when ", "could ", "can ", "how ", "where ", "has "))
    sentence = opener + filled if opener else filled[0].upper() + filled[1:]
    closer = chance.choice(CLOSERS).format(name=chance.choice(NAMES))
    return f"{sentence}{'?' if asks else '.'}{closer}"

# SPDX-License-Identifier: GPL-2.0-or-later
#
# What texts become on their way to a phone: alphabets, national tables, parts, and where a text is cut. The phone joins the
# parts by its own codec, which takes no character cut in two; tshark reads the octets, too.

import random

from ipsmgwtest import bound, gsm, pcap, tp
from ipsmgwtest.phone import Phone
from ipsmgwtest.world import World

EMOJI = "😀"  # two UTF-16 units
SINGLE, LOCKING = 0x24, 0x25
TURKISH, HINDI, URDU = 1, 6, 13

TURKISH_TEXT = "Şişli'de ılık bir gün, İstanbul'a hoş geldiniz ğ"
HINDI_TEXT = "आपका कोड है, किसी को न बताएं"
URDU_TEXT = "آپ کا کوڈ ہے"


def check_by_tshark(w, phone):
    """tshark finds no fault with what came, and reads the text in it where it can: not by national tables."""
    octets = [d.request.to_bytes() for d in phone.deliveries]
    path = w.gateway.folder / "deliveries.pcap"
    complaints = pcap.sms_complaints(octets, path)
    assert not complaints, "tshark says: %s" % complaints[:5]
    names = ["gsm_sms.tp-mms", "gsm_sms.udh.mm.msg_part", "gsm_sms.udh.mm.msg_parts", "gsm_sms.sms_text"]
    rows = pcap.read_fields(octets, path, names)
    for delivery, (more, part, parts, text) in zip(phone.deliveries, rows, strict=True):
        tpdu = delivery.tpdu
        _, total, seq = tpdu.concat or (0, 0, 0)
        seen = (more == "0", int(part or 0), int(parts or 0))
        assert seen == (tpdu.more, seq, total), "tshark reads %s, we %s" % (seen, (tpdu.more, seq, total))
        national = tpdu.element(SINGLE) or tpdu.element(LOCKING)
        if not national and tpdu.text.isprintable() and "\\" not in tpdu.text:
            assert text == tpdu.text, "tshark reads %r, we %r" % (text, tpdu.text)


def deliver_all(w, phone, texts, timeout=10):
    """Each text arrives as it was sent; the number of parts of each."""
    for text in texts:
        w.hub.text(text, phone).delivered(timeout)
        assert phone.texts()[-1:] == [text], "expected %r, seen %r" % (text, phone.texts()[-1:])
    assert len(phone.shown) == len(texts), "expected %d texts, seen %d" % (len(texts), len(phone.shown))
    return [len(t.parts) for t in phone.shown]


def alphabets(phone):
    return [t.tpdu.alphabet for t in phone.shown]


# --- alphabets ---------------------------------------------------------------------------------------


def test_the_alphabet_is_the_smallest_that_has_every_character():
    texts = ["Hello", "5 € [ok] {}|~^\\", "ÄÖÜ äöü ß Ñ ñ à Ç", "naïve", "Привет", "x" + EMOJI, "línea"]
    with World("mt-alphabets") as w:
        phone = Phone(w)
        deliver_all(w, phone, texts)
        seen = alphabets(phone)
        assert seen == [tp.GSM7] * 3 + [tp.UCS2] * 4, seen
        check_by_tshark(w, phone)


def test_every_character_of_the_default_alphabet_and_its_extension():
    text = "".join(c for c in gsm.DEFAULT if c not in "\x1b\r") + "".join(c for c in gsm.EXTENSION)
    with World("mt-default-alphabet") as w:
        phone = Phone(w)
        deliver_all(w, phone, [text])
        assert alphabets(phone) == [tp.GSM7]


def test_odd_texts():
    texts = ["", " ", "\n", "line\nline\r\nline", "@", "@@@@@@@", "x" * 7 + "@", "tab\tnul", "a\u0301", "\u200d"]
    texts += ["👩\u200d👩\u200d👧"]
    with World("mt-odd") as w:
        phone = Phone(w)
        deliver_all(w, phone, texts)


def test_a_nul_is_no_text():
    with World("mt-nul") as w:
        phone = Phone(w)
        w.hub.text("before\0after", phone).answered(400)
        w.hub.text(b"\xef\xbb\xbfmarked", phone).delivered()
        assert phone.texts() == ["marked"], phone.texts()


# --- national tables -----------------------------------------------------------------------------------


def test_without_the_parameter_no_national_table_is_used():
    with World("mt-no-tables") as w:
        phone = Phone(w)
        deliver_all(w, phone, [TURKISH_TEXT, HINDI_TEXT, URDU_TEXT])
        assert alphabets(phone) == [tp.UCS2] * 3, alphabets(phone)


def test_turkish_hindi_and_urdu_by_their_tables():
    with World("mt-tables", params=[("mt_languages", "turkish,hindi,urdu")]) as w:
        phone = Phone(w)
        texts = [TURKISH_TEXT, HINDI_TEXT, URDU_TEXT, HINDI_TEXT * 10, URDU_TEXT * 20, TURKISH_TEXT * 10, "Hello"]
        parts = deliver_all(w, phone, texts)
        assert alphabets(phone) == [tp.GSM7] * 7, alphabets(phone)
        for text, language in zip(phone.shown, (TURKISH, HINDI, URDU, HINDI, URDU, TURKISH)):
            for part in text.parts:
                used = {part.tpdu.element(e)[0] for e in (SINGLE, LOCKING) if part.tpdu.element(e)}
                assert used == {language}, "expected tables of language %d, seen %s in %r" % (language, used, part.tpdu.text)
        assert not phone.shown[-1].tpdu.udh, "a header for plain text: %s" % phone.shown[-1].tpdu.udh
        units = [len(t.encode("utf-16-be")) // 2 for t in texts]
        longer = [n for n, u in zip(parts, units) if n > max(1, -(-u // 67))]
        assert not longer, "more parts than in UCS2: %s for %s units" % (parts, units)
        check_by_tshark(w, phone)


def test_a_character_outside_the_tables_makes_it_ucs2():
    with World("mt-outside", params=[("mt_languages", "turkish,hindi,urdu")]) as w:
        phone = Phone(w)
        deliver_all(w, phone, [TURKISH_TEXT + EMOJI, "Привет", HINDI_TEXT + "漢"])
        assert alphabets(phone) == [tp.UCS2] * 3, alphabets(phone)


# --- parts ------------------------------------------------------------------------------------------------


def test_where_one_part_becomes_two():
    cases = (("x" * 160, 1), ("x" * 161, 2), ("x" * 306, 2), ("x" * 307, 3), ("€" * 80, 1), ("€" * 81, 2))
    cases += (("ж" * 70, 1), ("ж" * 71, 2), ("ж" * 134, 2), ("ж" * 135, 3), (EMOJI * 35, 1), (EMOJI * 36, 2))
    with World("mt-two-parts") as w:
        phone = Phone(w)
        seen = deliver_all(w, phone, [text for text, _ in cases])
        expected = [parts for _, parts in cases]
        assert seen == expected, "expected %s, seen %s" % (expected, seen)
        check_by_tshark(w, phone)


def test_an_escape_pair_is_never_cut():
    with World("mt-escape") as w:
        phone = Phone(w)
        deliver_all(w, phone, ["x" * n + "€" + "y" * (200 - n) for n in range(148, 160)] + ["€" * 200])
        check_by_tshark(w, phone)


def test_an_emoji_is_never_cut():
    with World("mt-emoji") as w:
        phone = Phone(w)
        texts = ["ж" * n + EMOJI + "ж" * (100 - n) for n in range(62, 72)]
        texts += ["x" * n + EMOJI * 80 for n in range(3)]
        deliver_all(w, phone, texts)
        check_by_tshark(w, phone)


def test_references_differ_from_text_to_text():
    with World("mt-references") as w:
        phone = Phone(w)
        deliver_all(w, phone, ["%02d" % n + "x" * 200 for n in range(20)])
        references = [t.tpdu.concat[0] for t in phone.shown]
        assert len(set(references)) == 20, references
        assert all(len(t.tpdu.element(0)) == 3 for t in phone.shown)


def test_references_of_sixteen_bits():
    with World("mt-sixteen", params=[("mt_concat_bits", 16)]) as w:
        phone = Phone(w)
        seen = deliver_all(w, phone, ["x" * 304, "x" * 305, "ж" * 132, "ж" * 133])
        assert seen == [2, 3, 2, 3], seen
        assert all(d.tpdu.element(8) and not d.tpdu.element(0) for d in phone.deliveries), phone.deliveries
        check_by_tshark(w, phone)


@bound(120)
def test_one_to_255_parts():
    dice = random.Random(1)
    with World("mt-parts", params=[("mt_answer_after", 28000)]) as w:
        phone = Phone(w)
        for parts in (1, 2, 3, 10, 100, 254, 255):
            text = "".join(dice.choices("abcdefgh €", k=(parts - 1) * 130)) + "x" * 20
            w.hub.text(text, phone).delivered(28)
            assert phone.texts()[-1] == text, "a text of %d characters is another" % len(text)
        for text, parts in (("x" * 255 * 153, 255), ("ж" * 255 * 67, 255)):
            w.hub.text(text, phone).delivered(28)
            assert phone.texts()[-1] == text and len(phone.shown[-1].parts) == parts, len(phone.shown[-1].parts)
        check_by_tshark(w, phone)


def test_what_needs_256_parts_is_413():
    with World("mt-too-long") as w:
        phone = Phone(w)
        for text in ("x" * (255 * 153 + 1), "ж" * (255 * 67 + 1), EMOJI * (255 * 33 + 1)):
            sent = w.hub.text(text, phone).answered(413, ("SIP", 413))
            assert sent.reason()[2] == "too-long", sent.reason()
        assert not phone.deliveries
        w.hub.text("Hello", phone).delivered()


def test_random_texts_arrive_as_they_were_sent():
    dice = random.Random(2)
    pools = ("abc €[]\n", "abcж", "ab" + EMOJI, "ığşİ abc", TURKISH_TEXT, HINDI_TEXT, URDU_TEXT, HINDI_TEXT + "abc€")
    with World("mt-random", params=[("mt_languages", "turkish,hindi,urdu")]) as w:
        phone = Phone(w)
        deliver_all(w, phone, ["".join(dice.choices(dice.choice(pools), k=dice.randrange(1, 500))) for _ in range(60)])
        check_by_tshark(w, phone)

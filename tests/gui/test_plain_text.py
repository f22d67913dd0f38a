from gui.plain_text import file_stem, plain


def test_control_and_direction_characters_and_line_breaks_become_spaces():
    assert plain("a\u202eb\nc\x00d\u2066e", 80) == "a b c d e"


def test_markup_stays_as_it_is():
    assert plain("<b>x</b>", 80) == "<b>x</b>"


def test_a_megabyte_is_elided():
    assert plain("x" * 1_000_000, 10) == "xxxxxxxxx…"


def test_a_title_becomes_a_file_name():
    assert file_stem("XOR, 2-2-1") == "xor-2-2-1"
    assert file_stem("../../etc") == "etc"
    assert file_stem("반전파") == "반전파"
    assert file_stem("???") == "network"

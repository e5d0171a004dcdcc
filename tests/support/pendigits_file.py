"""UNIPEN text and Unix' compress, for tests that must do without the real file."""


def segment(digit, writer, strokes) -> str:
    """One digit as UCI's file has it; points with y up."""
    lines = [f'.SEGMENT DIGIT    0 ? "{digit}"', f".COMMENT {digit} {writer}  224"]
    for stroke in strokes:
        points = [f" {x}  {y}" for x, y in stroke]
        lines += [".PEN_DOWN", *points, ".PEN_UP", ".DT 100"]
    return "\n".join(lines) + "\n\n"


def text(*segments: str) -> str:
    """A whole file."""
    head = '.INCLUDE        dene.doc\n\n.LEXICON "0" "1" "2"\n.HIERARCHY      DIGIT\n\n'
    return head + "".join(segments)


def compressed(data: bytes) -> bytes:
    """What `compress` might write: codes of nine bits, which begin anew before ten are needed."""
    codes = []
    for start in range(0, len(data), 247):
        codes += [*data[start : start + 247], 256]  # 256 forgets what was learned
    bits = sum(code << (9 * index) for index, code in enumerate(codes[:-1]))
    return b"\x1f\x9d\x90" + bits.to_bytes(-(-9 * (len(codes) - 1) // 8), "little")

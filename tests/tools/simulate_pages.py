#!/usr/bin/env python3
"""simulate_pages.py ARTICLES.jsonl OUT [-n PAGES] [-s SEED] [-k KIND]: set articles whose paragraphs are known as
newspaper pages, in many layouts, and write each as OUT/KIND/page-N.txt with its truth, page-N.gold.json, for the scorer.

ARTICLES holds one JSON object a line with "title" and "paragraphs". Kinds: column (narrow columns cut by headings and
captions), hard (hard-wrapped at one width, indents lost, no blank lines), journal (wide lines, indented, notes),
mixed (several measures on a page, punctuation set narrow, blank lines one line off), line (a paragraph a line),
wild (anything of these together), narrow (8 to 35 characters, any indent, blank lines anywhere or nowhere, displays
between the halves of paragraphs), short (one article of two to four paragraphs), latin (words, numbers and units, half-width
punctuation), units (lists, tables, questions and answers, verse, signatures between paragraphs: role "line" in the truth,
a line of its own whatever its role), vertical (columns of vertical text from right to left, a line each)."""
import argparse
import json
import os
import random
import re
import unicodedata

HANG = "，。、；：！？”’）》】」』"
NOT_FIRST = HANG + "%％"
NOT_LAST = "“‘（《【「『"
NARROW = "，。、；：！？“”‘’（）《》【】"
KINDS = ["column", "hard", "journal", "mixed", "line", "wild", "narrow", "short", "latin", "units", "vertical"]
NAMES = "张明 李文静 王海涛 赵建国 陈晓 刘洋 周晓明 吴桂兰 郑毅 孙丽".split()


def cells(s, narrow=False):
    return sum(1 if unicodedata.east_asian_width(c) not in "WFA" or (narrow and c in NARROW) else 2 for c in s)


class Style:
    """How a page, or a block of one, is set."""

    def __init__(self, rng, kind):
        self.rng = rng
        choice, chance = rng.choice, rng.random
        self.wrap = kind != "line" and not (kind == "wild" and chance() < 0.1)
        widths = {"column": [18, 24, 26, 30, 32, 34, 40, 42, 44, 48], "hard": [60, 60, 60, 44, 52, 68, 70],
                  "journal": [126, 136, 120, 138, 100], "mixed": [18, 22, 28, 36, 42, 46],
                  "narrow": list(range(16, 71)), "short": list(range(20, 71, 2)), "latin": list(range(24, 81, 2)),
                  "units": list(range(24, 71, 2)), "vertical": list(range(16, 45, 2))}
        self.width = choice(widths.get(kind, list(range(16, 72, 2)) + [126]))
        indents = {"column": ["lost", "lost", "\u3000\u3000"], "hard": ["lost"], "journal": ["    "],
                   "mixed": ["lost"], "line": ["", "", "\u3000\u3000"],
                   "narrow": ["lost", "lost", "\u3000\u3000", "\t", "  ", "    ", "\u3000", ""],
                   "vertical": ["lost", "\u3000\u3000", "\u3000"]}
        self.indent = choice(indents.get(kind, ["lost", "lost", "\u3000\u3000", "    ", "  ", "", "\t"]))
        self.lose_indent = choice([0, 0, 0.04]) if kind == "wild" else 0
        blanks = {"column": [1.0, 0.95, 0.9, 0.85] if self.indent == "lost" else [1.0, 0.95, 0.0, 0.0],
                  "hard": [0.0], "journal": [0.0], "mixed": [1.0, 0.95], "line": [0.2, 0.4, 0.6, 0.0],
                  "narrow": [1.0, 1.0, 0.5, 0.0] if self.indent != "" else [1.0, 1.0, 0.95],
                  "vertical": [0.0, 0.0, 1.0]}
        self.blank = choice(blanks.get(kind, [1.0, 0.9, 0.5, 0.0] if self.indent != "" else [1.0, 1.0, 0.9]))
        self.column = {"column": choice([0, 25, 30, 32, 40, 60]), "mixed": choice([12, 20, 30])}.get(
            kind, choice([0, 20, 45]) if kind == "wild" else 0)
        if kind in ("narrow", "vertical"):
            self.column = choice([0, 15, 25, 40])
        self.displays = kind in ("column", "mixed", "wild", "narrow")
        self.keep_words = {"column": True, "journal": False, "hard": chance() < 0.3}.get(kind, chance() < 0.5)
        self.kinsoku = {"column": "hang", "hard": "hang1", "journal": "none", "mixed": "push"}.get(
            kind, choice(["hang", "hang1", "none", "push"]))
        self.narrow = kind == "mixed" or (kind == "wild" and chance() < 0.15)
        self.slip = 0.3 if kind == "mixed" else 0.0
        self.touch = choice([0, 0, 0.3]) if kind == "wild" else 0


def units(text, keep_words):
    """The pieces between which a line may be broken."""
    pattern = r"[A-Za-z0-9.%％\-]+|." if keep_words else r"."
    return re.findall(pattern, text, re.S)


def wrap(text, style, width, first):
    """Break text into lines of width cells, the first one shorter by first."""
    lines, line, used, hung = [], "", first, False
    for unit in units(text, style.keep_words):
        w = cells(unit, style.narrow)
        if line and used + w > width:
            hang = style.kinsoku in ("hang", "hang1") and unit in HANG and not (hung and style.kinsoku == "hang1")
            if hang:
                line, used, hung = line + unit, used + w, True
                continue
            carry = ""
            if style.kinsoku in ("hang", "push") and line[-1] in NOT_LAST and len(line) > 2:
                line, carry = line[:-1], line[-1]
            elif style.kinsoku == "push" and unit in NOT_FIRST and len(line) > 2:
                line, carry = line[:-1], line[-1]
            lines.append(line)
            line, used, hung = carry, cells(carry, style.narrow), False
        line, used = line + unit, used + w
    return lines + [line] if line else lines


class Texts:
    """Paragraphs, headlines and captions to draw from."""

    def __init__(self, path, limit=30000):
        self.news, self.long, self.heads = [], [], []
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f):
                article = json.loads(line)
                # A line that ends no sentence may be a heading of its own: its truth is not known.
                paragraphs = [p.strip() for p in article["paragraphs"] if re.search("[。！？…][”’）]*$", p.strip())]
                if article.get("title"):
                    self.heads.append(article["title"])
                if len(paragraphs) >= 3:
                    self.news.append((article["title"], paragraphs))
                elif len(paragraphs) == 1 and len(paragraphs[0]) > 400 and len(self.long) < limit:
                    self.long.append(paragraphs[0])

    def article(self, rng):
        if rng.random() < 0.6:
            return rng.choice(self.news)
        sentences = re.findall(r".+?[。！？]+[”’]?", rng.choice(self.long))
        paragraphs = []
        while sentences:
            n = rng.choice([1, 1, 2, 2, 3, 3, 4, 6])
            paragraphs.append("".join(sentences[:n]).strip())
            sentences = sentences[n:]
        return rng.choice(self.heads), [p for p in paragraphs if len(p) >= 10][:14]

    def heading(self, rng):
        head = rng.choice(self.heads).replace("【", "").split("】")[-1].strip()
        parts = head.split()
        if len(parts) > 1 and rng.random() < 0.5:
            head = rng.choice(parts)
        return head[:rng.choice([14, 20, 24])]

    def caption(self, rng):
        sentence = re.split("[。；！？]", rng.choice(rng.choice(self.news)[1]))[0]
        parts = [p for p in sentence.split("，") if 6 <= len(p) <= 30]
        text = rng.choice(parts) if parts else self.heading(rng)
        return rng.choice([text, text, text, "图为" + text + "。", text + "（资料图片）",
                           text + " " + rng.choice(NAMES) + " 摄"])

    def byline(self, rng):
        names = " ".join(rng.sample(NAMES, rng.choice([1, 2])))
        return rng.choice(["本报记者 " + names, "（记者 " + names + "）", "责任编辑：" + names,
                           "本报通讯员 " + names, "文/" + names])

    def page_line(self, rng):
        n = rng.choice(["3", "四", "A02", "12"])
        return rng.choice([f"（下转第{n}版）", f"下转{n}版", f"（上接第{n}版）", f"第{n}版", f"第{n}版  要闻"])

    def display(self, rng):
        r = rng.random()
        text = (self.heading(rng) if r < 0.5 else self.caption(rng) if r < 0.8 else
                self.byline(rng) if r < 0.92 else self.page_line(rng))
        twice = rng.random() < 0.06 and len(text) >= 6
        return text, text + text if twice else text


class Page:
    """Lines and their truth, while they are set."""

    def __init__(self, rng, texts, kind):
        self.rng, self.texts, self.kind = rng, texts, kind
        self.lines, self.gold, self.in_column = [], [], 0
        self.set_style(Style(rng, kind))

    def set_style(self, style):
        self.style = style

    def blank(self):
        if self.lines and self.lines[-1] != "":
            self.lines.append("")

    def put_display(self, around=True):
        text, printed = self.texts.display(self.rng)
        if not text.strip():
            return
        touch = self.rng.random() < self.style.touch
        if not touch:
            self.blank()
        width = max(24, self.style.width + self.rng.choice([-6, 0, 4, 10]))
        if cells(printed) > width and self.style.wrap and self.rng.random() < 0.8 and printed == text:
            self.lines += wrap(printed, self.style, width, 0)
        else:
            self.lines.append(printed)
        if not touch:
            self.blank()
        self.gold.append({"role": "display", "text": text})

    def column_break(self):
        self.blank()
        self.in_column = 0
        if self.style.displays and self.rng.random() < 0.5:
            for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
                self.put_display()

    def put_lines(self, lines, indent):
        """Set the lines of a paragraph; the numbers of the physical lines, from 1."""
        style, numbers = self.style, []
        slip = self.rng.random() < style.slip
        for i, line in enumerate(lines):
            if style.column and self.in_column >= style.column + (1 if slip else 0):
                self.column_break()
            self.lines.append((indent if i == 0 else "") + line)
            numbers.append(len(self.lines))
            self.in_column += 1
        return numbers

    def put_paragraph(self, text):
        style, rng = self.style, self.rng
        lost = style.indent == "lost" or rng.random() < style.lose_indent
        indent = "" if style.indent == "lost" or lost else style.indent
        if not style.wrap:
            self.lines.append(indent + text)
            numbers = [len(self.lines)]
        else:
            first = 0 if style.indent == "" else 4 if lost else cells(indent.replace("\t", "    "))
            numbers = self.put_lines(wrap(text, style, style.width, first), indent)
        self.gold.append({"role": "body", "text": text, "lines": numbers})
        if rng.random() < style.blank:
            self.blank()

    def put_title(self, title):
        if self.rng.random() < 0.2 or self.kind in ("hard", "journal"):
            return
        if self.kind in ("narrow", "short", "units") and self.rng.random() < 0.3:
            title = "\u3000" * self.rng.choice([1, 2, 4]) + title
        if cells(title) > self.style.width * 1.3 and self.rng.random() < 0.7:
            self.lines += wrap(title, self.style, max(24, self.style.width + self.rng.choice([0, 4, 10])), 0)
        else:
            self.lines.append(title)
        self.gold.append({"role": "display", "text": title})
        self.blank()

    def put_inline_heading(self):
        """A heading in the run of the text, told from it by nothing: it counts as a paragraph."""
        self.put_paragraph(self.texts.heading(self.rng))

    def put_own_line(self, line):
        self.lines.append(line)
        self.gold.append({"role": "line", "text": line})

    def put_unit(self):
        """Lines that must not be joined, set apart by blank lines or not."""
        rng, apart = self.rng, self.rng.random() < 0.5
        if apart:
            self.blank()
        room = self.style.width // 2
        kind = rng.choice(["list", "list", "table", "talk", "verse", "signature"])

        def short():
            return self.texts.heading(rng)[:max(4, min(room - 4, rng.randint(4, 12)))]

        if kind == "list":
            number = rng.choice(["{}.", "{}、", "（{}）", "●", "·"])
            for i in range(1, rng.randint(4, 8)):
                self.put_own_line(number.format(i) + short() + rng.choice(["", "；"]))
        elif kind == "table":
            for _ in range(rng.randint(3, 7)):
                row = [short()[:5], str(rng.randint(1, 9999)), f"{rng.randint(0, 99)}.{rng.randint(0, 9)}%"]
                self.put_own_line("    ".join(row))
        elif kind == "talk":
            for _ in range(rng.randint(2, 4)):
                self.put_own_line("问：" + short() + "？")
                self.put_own_line("答：" + short() + "。")
        elif kind == "verse":
            n = rng.choice([5, 7])
            text = "".join(c for c in rng.choice(self.texts.news)[1][0] if "\u4e00" <= c <= "\u9fff")
            for i in range(min(rng.choice([4, 8]), len(text) // n)):
                self.put_own_line(text[i * n:(i + 1) * n] + "，。"[i % 2])
        else:
            date = f"{rng.randint(1990, 2024)}年{rng.randint(1, 12)}月{rng.randint(1, 28)}日"
            for line in (rng.choice(NAMES), date):
                pad = max(0, self.style.width - cells(line) - rng.choice([0, 4]))
                self.put_own_line("\u3000" * (pad // 2) + line)
        if apart:
            self.blank()

    def put_notes(self):
        for n in range(1, self.rng.randint(3, 12)):
            source = self.texts.heading(self.rng)[:14]
            self.put_paragraph(f"〔{n}〕{self.rng.choice(NAMES)}：《{source}》，第{self.rng.randint(2, 400)}页。")

    def fill(self):
        articles = 1 if self.kind == "short" else self.rng.choice([1, 1, 2, 3])
        for n in range(articles):
            title, paragraphs = self.texts.article(self.rng)
            if self.kind == "short":
                paragraphs = paragraphs[:self.rng.choice([2, 3, 4])]
            paragraphs = [adapt(self.rng, self.kind, p) for p in paragraphs]
            if n == 0:
                self.put_title(title)
            elif self.style.displays and self.rng.random() < 0.3:
                self.put_display()
            if self.kind in ("mixed", "wild") and n and self.rng.random() < 0.7:
                self.blank()
                self.style.width = Style(self.rng, self.kind).width
            for text in paragraphs:
                if self.kind in ("hard", "journal") and self.rng.random() < 0.05:
                    self.put_inline_heading()
                self.put_paragraph(text)
                if self.kind == "units" and self.rng.random() < 0.3:
                    self.put_unit()
        if self.kind == "journal" and self.rng.random() < 0.5:
            self.put_notes()
        if self.style.displays and self.rng.random() < 0.3:
            self.put_display()


def adapt(rng, kind, text):
    """A paragraph as this kind of page has it."""
    if kind == "latin":
        words = ["5G", "GDP", "Windows 10", "3.5万吨", "1,280公里", "-12℃", "Covid-19", "AI", "12.7%", "New York Times",
                 "iPhone", "250 kg", "2021年3月", "https://paper.example/a/b", "B2B"]
        pieces = re.split("(?<=，)", text)
        text = "".join(p if rng.random() < 0.5 else p[:len(p) // 2] + rng.choice(words) + p[len(p) // 2:] for p in pieces)
        if rng.random() < 0.5:
            text = text.translate(str.maketrans("，；：？！（）", ",;:?!()")).replace("。", rng.choice(["。", ".", "."]))
    if kind == "vertical":
        text = text.translate(str.maketrans("“”‘’（）《》", "﹁﹂﹃﹄︵︶︽︾"))
    return text


def is_body(text):
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    return han >= 8 and han * 10 >= 4 * len(re.sub(r"\s", "", text))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles")
    parser.add_argument("out")
    parser.add_argument("-n", type=int, default=200, help="pages of each kind")
    parser.add_argument("-s", type=int, default=1, help="seed")
    parser.add_argument("-k", choices=KINDS, action="append")
    args = parser.parse_args()
    texts = Texts(args.articles)
    for kind in args.k or KINDS:
        os.makedirs(f"{args.out}/{kind}", exist_ok=True)
        for number in range(args.n):
            rng = random.Random(f"{kind}/{args.s}/{number}")
            page = Page(rng, texts, kind)
            page.fill()
            name = f"{args.out}/{kind}/page-{number:04d}"
            end = "\r\n" if kind == "wild" and rng.random() < 0.1 else "\n"
            with open(name + ".txt", "w", encoding="utf-8", newline="") as f:
                f.write(end.join(page.lines) + end)
            for p in page.gold:
                if kind == "journal" and p["role"] == "body" and not is_body(p["text"]):
                    p["role"] = "display"
            with open(name + ".gold.json", "w", encoding="utf-8") as f:
                json.dump(page.gold, f, ensure_ascii=False)


if __name__ == "__main__":
    main()

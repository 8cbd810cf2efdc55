#!/usr/bin/env python3
"""Articles from web pages and PDF files."""
import glob
import os
import subprocess
import unittest

from harness import INDEXER, RUN_S, SOURCE_DIR, Case, account, body_texts, clean_environment
from pdf_maker import make_pdf

PAGE = '''<!DOCTYPE html>
<html><head><meta charset="gb18030"><title>渡口来了新船_雾岭新闻网</title>
<meta name="author" content="秦望川"><meta property="article:published_time" content="2023-05-06T08:00:00+08:00">
<meta property="og:site_name" content="雾岭晚报"><meta property="og:url" content="https://example.com/a?b=1&amp;c=2">
<style>p { color: red }</style><script>document.write("脚本里的字")</script></head>
<body><nav><ul><li>首页</li><li>要闻</li></ul></nav>
<article><header><h1>渡口来了<em>新船</em></h1></header>
<p>　　立夏这天，雾岭渡口开来一条
电动渡船，载客四十人，一趟只要<b>七</b>分钟。</p>
<figure><img src="x.jpg" alt=""><figcaption>新船靠岸</figcaption></figure>
<h2>老船工上岸</h2>
<p>摆渡三十年的邬老大把缆绳交给徒弟，说&ldquo;船快了，河还是那条河&rdquo;。<br>　　他打算在码头边开一间茶铺，就卖 green tea 和烤饼。</p>
<div>A &amp; B &lt;script&gt;</div>
<form>请登录后评论</form></article>
<footer>版权所有</footer></body></html>'''

COLUMNS = ['　　山里的秋天来得早，九月刚',
           '过半，柿子就红了。县里今年试',
           '种的四百亩富有柿迎来头一次采',
           '收，收购车一早便停在村口，等',
           '着第一筐过秤。',
           '　　种柿子的主意是返乡青年出',
           '的。她说，老品种皮薄，经不起',
           '颠，一出山就成了果酱；新品种',
           '硬实，装箱走两千公里，到货还',
           '是脆的。']


OTHER_COLUMNS = ['　　河边的老水车停了八年，上',
                 '月又吱呀吱呀转了起来。修它的',
                 '是镇上最后一位车木匠，今年七',
                 '十九岁，耳朵背了，手上的尺寸',
                 '一分不差。',
                 '　　他带着两个徒弟，从选木料',
                 '到上桐油，前后忙了四十天。有',
                 '人问工钱怎么算，老人摆摆手，',
                 '说水车转起来，田里的蛙声就是',
                 '工钱。']


def two_columns(head, title='柿子红了，车队开进大山里来', columns=tuple(COLUMNS)):
    lines = [(60, 40, head), (150, 80, title)]
    for i, text in enumerate(columns):
        column, row = divmod(i, 5)
        indent = len(text) - len(text.lstrip('　'))
        lines.append((60 + 180 * column + 10 * indent, 110 + 16 * row, text.lstrip('　')))
    return lines + [(280, 800, '3')]


class Html(Case):
    def test_a_page(self):
        path = self.write('site/page.html', PAGE.encode('gb18030'))
        paragraphs = self.indexer('paragraphs', path).objects()
        self.assertEqual([(p['n'], p['role'], p['text']) for p in paragraphs], [
            (0, 'title', '渡口来了新船'),
            (1, 'body', '立夏这天，雾岭渡口开来一条电动渡船，载客四十人，一趟只要七分钟。'),
            (2, 'caption', '新船靠岸'),
            (3, 'heading', '老船工上岸'),
            (4, 'body', '摆渡三十年的邬老大把缆绳交给徒弟，说“船快了，河还是那条河”。'),
            (5, 'body', '他打算在码头边开一间茶铺，就卖 green tea 和烤饼。'),
            (6, 'body', 'A & B <script>')])
        self.indexer('build', self.path('site'))
        a = self.export()['page']
        self.assertEqual({k: a[k] for k in ('title', 'date', 'author', 'source', 'url')},
                         {'title': '渡口来了新船', 'date': '2023-05-06', 'author': '秦望川', 'source': '雾岭晚报',
                          'url': 'https://example.com/a?b=1&c=2'})

    def test_no_article_element_and_no_heading(self):
        path = self.write('a.htm', '<title>雨后</title><body><p>雨停了，山色一新。</p><p>鸟也叫了起来。</p>')
        self.indexer('build', path)
        a = self.export()['a']
        self.assertEqual(a['title'], '雨后')
        self.assertEqual(body_texts(self.indexer('paragraphs', path).objects()), ['雨停了，山色一新。', '鸟也叫了起来。'])

    def test_what_is_no_page(self):
        self.write('site/good.html', '<p>一段好好的文字。</p>')
        for name, content in (('empty', ''), ('blank', '<html><body> </body></html>'),
                              ('script', '<script>var a = "字"</script>'), ('binary', bytes(range(256)) * 20)):
            self.write(f'site/{name}.html', content)
        ran = self.indexer('build', self.path('site'), code=65)
        self.assertEqual(account(ran)['rejects'], 4)
        for name in ('empty', 'blank', 'script', 'binary'):
            self.assertIn(f'{name}.html', ran.err)
        self.assertEqual(list(self.export()), ['good'])

    def test_depth(self):
        """libxml2 goes no deeper than some levels; what is above is kept, nothing breaks."""
        for depth in (200, 100000):
            path = self.write('deep.html', '<p>上面的一句话。</p>' + '<div>' * depth + '里面的一句话。' + '</div>' * depth)
            found = body_texts(self.indexer('paragraphs', path).objects())
            self.assertEqual(found, ['上面的一句话。', '里面的一句话。'][:2 if depth == 200 else 1])


class Pdf(Case):
    def test_columns_heads_and_doubles(self):
        page = two_columns('雾岭日报 第1版')
        page.append(page[2])  # drawn twice
        path = self.write('a.pdf', make_pdf([page, two_columns('雾岭日报 第2版', '老水车转起来', OTHER_COLUMNS)]))
        paragraphs = self.indexer('paragraphs', path).objects()
        self.assertEqual(body_texts(paragraphs), [''.join(c).strip('　') for c in (
            COLUMNS[:5], COLUMNS[5:], OTHER_COLUMNS[:5], OTHER_COLUMNS[5:])])
        texts = ''.join(p['text'] for p in paragraphs)
        self.assertNotIn('日报', texts)
        self.assertEqual(texts.count('柿子红了，车队开进大山里来'), 1)

    def test_what_cannot_be_read(self):
        self.write('pages/good.pdf', make_pdf([two_columns('雾岭日报')]))
        self.write('pages/blank.pdf', make_pdf([[]]))
        self.write('pages/damaged.pdf', make_pdf([two_columns('雾岭日报')])[:300])
        self.write('pages/text.pdf', '其实是文字。')
        ran = self.indexer('build', self.path('pages'), code=65)
        self.assertEqual(account(ran)['rejects'], 3)
        self.assertRegex(ran.err, r'blank\.pdf: .*OCR')
        self.assertRegex(ran.err, r'text\.pdf: .*pdftotext')
        self.assertEqual(list(self.export()), ['good'])

    def test_without_pdftotext(self):
        path = self.write('a.pdf', make_pdf([two_columns('雾岭日报')]))
        done = subprocess.run([INDEXER, '--index', self.index, 'build', path], capture_output=True, timeout=RUN_S,
                              env=clean_environment(PATH=self.folder), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b'poppler-utils', done.stderr)

    def test_limits(self):
        path = self.write('a.pdf', make_pdf([two_columns('雾岭日报')] * 400))
        conf = self.write('c.conf', '[indexer]\nfile_bytes = 1024\n')
        ran = self.indexer('--config', conf, 'build', path, code=1)
        self.assertIn('file_bytes', ran.err)

    def test_two_columns_against_the_same_in_one(self):
        files = [glob.glob(os.path.join(SOURCE_DIR, '..', 'shared', 'pdf', f'{n}-*.pdf')) for n in ('02', '03')]
        if not all(files):
            self.skipTest('no ../shared')
        two, one = (body_texts(self.indexer('paragraphs', f[0]).objects()) for f in files)
        self.assertEqual(''.join(two), ''.join(one))


if __name__ == '__main__':
    unittest.main(verbosity=2)

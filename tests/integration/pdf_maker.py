"""Small PDF files for tests: lines of text at places, no font embedded."""


def make_pdf(pages, size=(595, 842), em=10):
    """@param pages  lists of (x, y from the top, text)."""
    def hexed(text):
        return text.encode('utf-16-be').hex().upper()

    def stream(content, extra=''):
        data = content.encode('ascii')
        return f'<< /Length {len(data)}{extra} >>\nstream\n{content}\nendstream'

    ranges = '\n'.join(f'<{h:02X}00> <{h:02X}FF> <{h:02X}00>' for h in range(256))
    blocks = '\n'.join(f'{len(part)} beginbfrange\n' + '\n'.join(part) + '\nendbfrange'
                       for part in (ranges.split('\n')[i:i + 100] for i in range(0, 256, 100)))
    cmap = ('/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n'
            '/CMapName /Test def\n/CMapType 2 def\n'
            f'1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n{blocks}\nendcmap\nend\nend')
    n = len(pages)
    kids = ' '.join(f'{6 + 2 * i} 0 R' for i in range(n))
    objects = ['<< /Type /Catalog /Pages 2 0 R >>',
               f'<< /Type /Pages /Kids [{kids}] /Count {n} >>',
               '<< /Type /Font /Subtype /Type0 /BaseFont /Test /Encoding /Identity-H '
               '/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>',
               '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Test /DW 1000 '
               '/W [32 126 500] /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) '
               '/Supplement 0 >> >>',
               stream(cmap)]
    for i, lines in enumerate(pages):
        text = '\n'.join(f'BT /F {em} Tf {x} {size[1] - y} Td <{hexed(t)}> Tj ET' for x, y, t in lines)
        objects += [f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] '
                    f'/Resources << /Font << /F 3 0 R >> >> /Contents {7 + 2 * i} 0 R >>', stream(text)]
    out, offsets = b'%PDF-1.7\n', []
    for k, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f'{k} 0 obj\n{body}\nendobj\n'.encode('ascii')
    table = ''.join(f'{o:010d} 00000 n \n' for o in offsets)
    return out + (f'xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}'
                  f'trailer << /Size {len(objects) + 1} /Root 1 0 R >>\n'
                  f'startxref\n{len(out)}\n%%EOF\n').encode('ascii')

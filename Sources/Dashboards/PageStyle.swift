/// The look of the page: light and dark, wide and narrow, printable.
enum PageStyle {
  static let css = """
    :root{--ink:#1d2733;--soft:#5b6b7b;--paper:#fff;--ground:#f3f5f7;--line:#dde3e9;--bad:#b3261e;--good:#1b7f4b;--odd:#8a6100}
    @media(prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9fb0c0;--paper:#1b232c;--ground:#11171d;--line:#303c48;--bad:#ff8a80;--good:#6fd6a0;--odd:#ffcf66}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,sans-serif}
    main{max-width:1040px;margin:0 auto;padding:24px 16px}
    h1{font-size:26px;margin:0 0 16px}h1 small{font-size:14px;color:var(--soft);font-weight:400;margin-left:8px}
    h2{font-size:18px;margin:0 0 4px}h3{font-size:14px;margin:0}
    section,.tile{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:16px}
    section{margin:16px 0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(175px,1fr));gap:12px}
    .tile h3{color:var(--soft);font-weight:500}.tile b{font-size:20px;white-space:nowrap;font-variant-numeric:tabular-nums}
    .tile p,.answers,.none,.budget p{color:var(--soft);margin:2px 0 8px;font-size:13px}
    .tile p{margin:0}
    .budget{padding:8px 0;border-top:1px solid var(--line)}.budget:first-of-type{border-top:0}
    .budget h3{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px}.budget h3 span{font-weight:500}
    .s2 h3 span{color:var(--bad)}.s1 h3 span{color:var(--odd)}.s0 h3 span{color:var(--good)}
    .meter{position:relative;height:12px;margin:8px 0 4px;background:var(--ground);border-radius:3px}
    .meter i{position:absolute;top:0;bottom:0;left:0;border-radius:3px}
    .meter .expected{background:#9cb8d8}.meter .actual{background:#2f6db5}.s2 .meter .actual{background:#b3261e}
    .meter .limit{width:2px;top:-3px;bottom:-3px;background:var(--ink);border-radius:0}
    svg{width:100%;height:auto;display:block}
    .grid{stroke:var(--line)}.axis{fill:var(--soft);font-size:12px}
    polyline{fill:none;stroke-width:2}
    .c0{fill:#2f6db5;background:#2f6db5}.c1{fill:#e08a1e;background:#e08a1e}.c2{fill:#3a9a6a;background:#3a9a6a}
    .c3{fill:#b0508f;background:#b0508f}.c4{fill:#6b7fd7;background:#6b7fd7}.c5{fill:#c9a227;background:#c9a227}
    .c6{fill:#7d8a97;background:#7d8a97}.c7{fill:#a8634a;background:#a8634a}
    .l0{stroke:#2f6db5}.l1{stroke:#e08a1e}.l2{stroke:#3a9a6a}.l3{stroke:#b0508f}.l4{stroke:#6b7fd7}.l5{stroke:#c9a227}.l6{stroke:#7d8a97}.l7{stroke:#a8634a}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 16px;margin:8px 0 0;padding:0;font-size:13px}
    .legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:6px}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:13px;margin-top:8px}
    th{text-align:left;color:var(--soft);font-weight:500}
    th,td{padding:5px 12px 5px 0;border-bottom:1px solid var(--line);vertical-align:top}
    td{overflow-wrap:break-word}td.number{white-space:nowrap}td:last-child{min-width:120px;padding-right:0}
    .number{text-align:right;font-variant-numeric:tabular-nums}
    @media print{body{background:#fff}section,.tile{break-inside:avoid}}
    """
}

import TextFormats

/// Text made safe for HTML: names come from reports, and reports are not trusted.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default:
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let turnsText =
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
      if !isControl && !turnsText { result.unicodeScalars.append(scalar) }
    }
  }
  return result
}

/// Money as people read it: two decimals, thousands apart, never −0.00.
func money(_ value: Double?, _ currency: String) -> String {
  guard let value, value.isFinite, abs(value) < 1e15 else { return "–" }
  let text = FigureText.money(value)
  let signed = text.hasPrefix("-") ? "−" + text.dropFirst() : text
  return signed + (currency.isEmpty ? "" : " \(currency)")
}

/// A coordinate with one decimal.
func pixel(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
  return tenths % 10 == 0
    ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}

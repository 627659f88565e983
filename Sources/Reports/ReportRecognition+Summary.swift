extension ReportRecognition {
  /// How a file of the kind is known, in words.
  package var summary: String {
    var ways: [String] = []
    if !manifest.isEmpty { ways.append("a manifest with " + ReportRecognition.list(manifest)) }
    if !headers.isEmpty {
      ways.append("a header with " + headers.map(\.summary).joined(separator: ", or "))
    }
    if !json.isEmpty { ways.append("JSON with " + json.joined(separator: " or ")) }
    if let text { ways.append("text in \(text)") }
    if let path { ways.append("the path \(path)") }
    return ways.isEmpty ? "--report only" : ways.joined(separator: "; ")
  }

  /// A few names of many.
  fileprivate static func list(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }
}

extension ReportRecognition.Header {
  fileprivate var summary: String {
    var parts: [String] = []
    if !some.isEmpty && atLeast > 0 {
      let names = ReportRecognition.list(some)
      parts.append(atLeast == some.count ? names : "\(atLeast) of \(names)")
    }
    if !one.isEmpty { parts.append(one.prefix(4).joined(separator: " or ")) }
    if !none.isEmpty { parts.append("without " + ReportRecognition.list(none)) }
    return parts.joined(separator: ", ")
  }
}

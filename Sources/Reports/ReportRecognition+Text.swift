extension ReportRecognition {
  /// How a file of the kind is known, in words.
  package var text: String {
    var ways: [String] = []
    if !manifest.isEmpty { ways.append("a manifest with " + ReportRecognition.list(manifest)) }
    if let header { ways.append("a header with " + header.text) }
    if !json.isEmpty { ways.append("JSON with " + json.joined(separator: " or ")) }
    if let path { ways.append("the path \(path)") }
    return ways.isEmpty ? "--report only" : ways.joined(separator: "; ")
  }

  /// A few names of many.
  fileprivate static func list(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? ", …" : "")
  }
}

extension ReportRecognition.Header {
  fileprivate var text: String {
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

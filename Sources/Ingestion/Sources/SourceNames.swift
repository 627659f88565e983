import Files

/// What files are called that are here only because they were fetched: where they come from.
struct SourceNames {
  /// A file that is not called after its place in a folder.
  private var files: [(path: String, name: String)] = []
  private var folders: [(path: String, name: String)] = []

  mutating func add(file path: String, name: String) { files.append((path, name)) }
  /// Everything below a folder is called by its path within it, after a name.
  mutating func add(folder path: String, name: String) { folders.append((path + "/", name)) }

  /// A text with the names in place of the paths.
  func shown(_ text: String) -> String {
    var text = text
    for (path, name) in files + folders where text.utf8.count >= path.utf8.count {
      text = SourceNames.replacing(path, by: name, in: text)
    }
    return text
  }

  func shown(_ summary: IngestSummary) -> IngestSummary {
    guard !files.isEmpty || !folders.isEmpty else { return summary }
    var summary = summary
    for position in summary.deliveries.indices {
      summary.deliveries[position].files = summary.deliveries[position].files.map(shown)
      summary.deliveries[position].notes = summary.deliveries[position].notes.map(shown)
    }
    summary.ignored = summary.ignored.map {
      IgnoredFile(path: shown($0.path), reason: shown($0.reason), isUnknown: $0.isUnknown)
    }
    return summary
  }

  private static func replacing(_ part: String, by new: String, in text: String) -> String {
    let (text, part) = (Array(text.utf8), Array(part.utf8))
    var out: [UInt8] = []
    var at = 0
    while at < text.count {
      if text[at] == part[0], text[at...].starts(with: part) {
        out += new.utf8
        at += part.count
      } else {
        out.append(text[at])
        at += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// Paths as text; nothing here touches the disk.
package enum Path {
  /// Joins with one slash; an absolute `name` stands alone.
  package static func join(_ directory: String, _ name: String) -> String {
    if directory.isEmpty || name.hasPrefix("/") { return name }
    return directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  /// The directory (`.` if none is named) and the last component.
  package static func split(_ path: String) -> (directory: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let directory = slash == path.startIndex ? "/" : String(path[..<slash])
    return (directory, String(path[path.index(after: slash)...]))
  }

  package static func name(_ path: String) -> String { split(path).name }

  /// Whether the text has a glob's special characters.
  package static func isPattern(_ path: String) -> Bool {
    path.contains { $0 == "*" || $0 == "?" || $0 == "[" || $0 == "{" }
  }

  /// The patterns that one with braces stands for, as shells have it: `a{b,c}d` for `abd` and `acd`, also one
  /// within the other. Braces without a comma or without their end stand for themselves, and so do all of
  /// a pattern that stands for thousands.
  package static func alternatives(_ pattern: String) -> [String] {
    var done: [String] = []
    var waiting = [pattern]
    while let next = waiting.popLast() {
      guard let choice = Braces(in: next) else {
        done.append(next)
        continue
      }
      waiting += choice.parts.reversed().map { choice.before + $0 + choice.after }
      if done.count + waiting.count > alternativeLimit { return [pattern] }
    }
    return done
  }

  private static let alternativeLimit = 4096
}

/// The first braces of a pattern that have a comma of their own, and what is around them.
private struct Braces {
  var before = ""
  var parts: [String] = []
  var after = ""

  init?(in pattern: String) {
    var open: [String.Index] = []
    var commas: [[String.Index]] = []
    for place in pattern.indices {
      switch pattern[place] {
      case "{":
        open.append(place)
        commas.append([])
      case ",": if !commas.isEmpty { commas[commas.count - 1].append(place) }
      case "}":
        guard let start = open.popLast(), let cuts = commas.popLast(), !cuts.isEmpty else { break }
        before = String(pattern[..<start])
        after = String(pattern[pattern.index(after: place)...])
        let ends = cuts + [place]
        for (begin, end) in zip([start] + cuts, ends) {
          parts.append(String(pattern[pattern.index(after: begin)..<end]))
        }
        return
      default: break
      }
    }
    return nil
  }
}

import Foundation

/// The package's own files, found from the place of this source file.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  static func folders(of path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: path).path)
      .filter { !$0.hasPrefix(".") }
  }

  static func swiftFiles(below folder: String) throws -> [SourceFile] {
    let start = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
    return try walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map {
      let text = try String(contentsOf: start.appending(path: $0), encoding: .utf8)
      return SourceFile(path: folder + "/" + $0, text: text)
    }
  }
}

struct SourceFile {
  let path: String
  let text: String

  /// The folder below `Sources`.
  var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }

  private var lines: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
        words[..<keyword].allSatisfy({
          ["package", "public", "internal", "private", "fileprivate", "@preconcurrency"].contains(
            $0)
        })
      else { return nil }
      return words[keyword + 1]
    }
  }

  /// Whether code (not comments) uses the `unsafe` keyword.
  var usesUnsafe: Bool {
    lines.contains { line in
      let code = line.components(separatedBy: "//")[0]
      return code.contains("unsafe ") || code.contains("nonisolated(unsafe)")
    }
  }

  /// Package-level types and functions at the start of a line that no doc comment precedes.
  var undocumentedTypes: [String] {
    let lines = lines
    let declarations = [
      "package struct ", "package enum ", "package final class ",
      "package protocol ", "package indirect enum ", "package func ",
    ]
    return lines.indices.compactMap { number in
      guard declarations.contains(where: { lines[number].hasPrefix($0) }) else { return nil }
      var above = number - 1
      while above >= 0 && lines[above].hasPrefix("@") { above -= 1 }
      return above >= 0 && lines[above].hasPrefix("///") ? nil : lines[number]
    }
  }
}

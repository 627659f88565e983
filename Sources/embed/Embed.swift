import Foundation

/// Turns folders of text into one Swift file: `embed OUTPUT FOLDER…`.
///
/// Each folder becomes an array of names and texts called after it; a missing folder becomes an empty
/// one. The output is rewritten only when it changes, so that nothing is compiled without need.
@main
struct Embed {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard let output = arguments.first else { return }
    let folders = arguments.dropFirst().map { URL(filePath: $0, directoryHint: .isDirectory) }
    let source =
      "enum EmbeddedText {\n" + (try folders.map(declaration).joined(separator: "\n")) + "}\n"
    if (try? String(contentsOfFile: output, encoding: .utf8)) == source { return }
    try source.write(toFile: output, atomically: true, encoding: .utf8)
  }

  private static func declaration(of folder: URL) throws -> String {
    var lines = ["  static let \(folder.lastPathComponent): [(name: String, text: String)] = ["]
    for name in try names(in: folder) {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      lines.append("(name: \(literal(name)), text: \(literal(text))),")
    }
    return lines.joined(separator: "\n") + "\n  ]\n"
  }

  /// Paths within the folder of the files to embed, sorted; hidden files and examples are left out.
  private static func names(in folder: URL) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".json") || $0.hasSuffix(".sql") }
      .filter { !$0.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "examples" } }
      .sorted()
  }

  /// A raw multi-line literal whose fence is longer than any run of `#` in the text.
  private static func literal(_ text: String) -> String {
    var longest = 0
    var run = 0
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "#") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "#", count: longest + 1)
    return "\(fence)\"\"\"\n\(text)\n\"\"\"\(fence)"
  }
}

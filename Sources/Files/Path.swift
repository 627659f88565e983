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
    path.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }
}

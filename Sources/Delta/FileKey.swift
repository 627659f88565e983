/// What makes a file of a table the same file in two entries of its log: where it is, and which of its
/// rows are taken out.
///
/// Source: Delta PROTOCOL.md, "Add File and Remove File": path and unique id of the deletion vector.
struct FileKey: Hashable, Sendable {
  let path: String
  let vector: String?

  init(_ file: AddFile) {
    path = PartitionPath.normalised(file.path)
    vector = file.deletionVector?.identity
  }

  init(_ file: RemoveFile) {
    path = PartitionPath.normalised(file.path)
    vector = file.deletionVector?.identity
  }
}

extension PartitionPath {
  /// The path that a URI of the log spells: `%20` decoded, `file:` and `file://` taken away.
  ///
  /// Programs spell one path differently, `/a b` and `file:///a%20b`; what they mean is compared.
  static func normalised(_ uri: String) -> String {
    let text = uri.utf8
    // Nothing to do for nearly all.
    guard text.contains(UInt8(ascii: "%")) || text.contains(UInt8(ascii: ":")) else { return uri }
    return unescaped(String(withoutFileScheme(uri)))
  }

  /// `/x` of `file:/x`, `file:///x` and `file://localhost/x`; other texts as they are.
  static func withoutFileScheme(_ uri: String) -> Substring {
    guard uri.prefix(5).lowercased() == "file:" else { return uri[...] }
    var rest = uri.dropFirst(5)
    if rest.hasPrefix("//") {
      let host = rest.dropFirst(2).prefix { $0 != "/" }
      guard host.isEmpty || host.lowercased() == "localhost" else { return uri[...] }
      rest = rest.dropFirst(2 + host.count)
    }
    return rest.hasPrefix("/") ? rest : uri[...]
  }
}

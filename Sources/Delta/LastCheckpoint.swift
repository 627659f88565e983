import Files
import TextFormats

/// The file that tells where the newest checkpoint is, so that a store need not list the log. Here a
/// listing is cheap, and the file says nothing that it does not.
///
/// Source: Delta PROTOCOL.md, "Last Checkpoint File".
enum LastCheckpoint {
  /// The version it points to, nil when it is damaged.
  static func version(_ path: String) -> Int64? {
    guard let bytes = try? FileSource(path).readAll(limit: 1 << 20),
      let document = try? JSONValue.parse(bytes, file: path)
    else { return nil }
    return document["version"]?.int64
  }
}

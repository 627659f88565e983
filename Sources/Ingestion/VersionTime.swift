import Columns
import Files

/// When a version of a report was made, as far as it tells.
///
/// The name of an execution's folder and some manifests say it. Without either, the newest of the files
/// decides by the time of its last change, which copies and downloads usually keep.
enum VersionTime {
  /// The time, in microseconds since the epoch, that a folder above a file is named after:
  /// `2026-04-16T15:24:15.653Z-<uuid>`.
  ///
  /// Source: AWS Data Exports user guide, delivery of exports that keep their versions.
  static func stated(in path: String) -> Int64? {
    for folder in path.split(separator: "/").dropLast().reversed() where folder.utf8.count > 20 {
      guard let end = folder.firstIndex(of: "Z"), folder.prefix(11).last == "T" else { continue }
      if let time = CivilTimeText.timestamp(Array(folder[...end].utf8)) { return time }
    }
    return nil
  }

  /// The last change to any of the files; nil where none can be asked.
  static func lastChange(_ paths: [String]) -> Int64? {
    paths.compactMap { try? Directory.attributes($0).modified }.max()
  }
}

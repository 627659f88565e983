import Reports
import TextFormats

/// Manifests decide which files are read, and come from outside.
enum ManifestTarget {
  /// What a manifest names lies in its delivery and is named once; its month is one.
  static func manifest(_ bytes: [UInt8]) {
    guard let document = try? JSONValue.parse(bytes, file: "manifest") else { return }
    guard (try? ReportManifest.checkShape(document, file: "manifest")) != nil,
      let manifest = try? ReportManifest(document, file: "manifest")
    else { return }
    hold(Set(manifest.keys).count == manifest.keys.count, "each key is there once")
    for key in manifest.keys {
      let parts = key.split(separator: "/")
      hold(!parts.isEmpty, "a key names a file")
      hold(!parts.contains("..") && !parts.contains("."), "no key leaves its folder")
      hold(!key.utf8.contains(0) && key.utf8.count <= 1024, "a key is one of a bucket")
    }
    if let period = manifest.period {
      hold(period.utf8.count == 7 && period.dropFirst(4).first == "-", "a month is written as one")
      hold((1...12).contains(Int(period.suffix(2)) ?? 0), "a month is one of twelve")
    }
    hold(Set(manifest.sizes.keys).isSubset(of: manifest.keys), "sizes are those of parts")
  }
}

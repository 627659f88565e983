import Files

/// Where the files are that a manifest names by their keys in the bucket.
enum ManifestParts {
  /// The file that a key of the bucket stands for: the longest end of the key that is there below the
  /// manifest's folder or one above it.
  static func file(_ key: String, from folder: String) -> String? {
    let components = key.split(separator: "/").map(String.init)
    var bases = [folder]
    for _ in 0..<levels {
      guard let last = bases.last, last != "/", last != "." else { break }
      bases.append(Path.split(last).directory)
    }
    for length in (1...max(1, components.count)).reversed() {
      let end = components.suffix(length).joined(separator: "/")
      // A bare name is looked for beside the manifest only.
      for base in length == 1 ? [folder] : bases {
        let path = base == "." ? end : Path.join(base, end)
        if Directory.kind(path) == .file { return canonical(path) }
      }
    }
    return components.last.flatMap { renamedCopy(of: $0, in: folder) }
  }

  /// The one file beside the manifest whose name is the part's with words put before the extension:
  /// `bill-1.anon.csv.gz` for `bill-1.csv.gz`. Two such files would be a guess, so they are none.
  private static func renamedCopy(of name: String, in folder: String) -> String? {
    guard let dot = name.firstIndex(of: ".") else { return nil }
    let stem = name[...dot]
    let ending = name[dot...]
    let names = (try? Directory.names(folder)) ?? []
    let copies = names.filter {
      $0 != name && $0.hasPrefix(stem) && $0.hasSuffix(ending)
        && $0.utf8.count > stem.utf8.count + ending.utf8.count
    }
    return copies.count == 1 ? canonical(Path.join(folder, copies[0])) : nil
  }

  private static let levels = 6

  /// A path without `./` in front, so that the same file has one spelling.
  static func canonical(_ path: String) -> String {
    var path = Substring(path)
    while path.hasPrefix("./") { path = path.dropFirst(2) }
    return String(path)
  }

  /// `x/data/BILLING_PERIOD=2026-04` for `x/metadata/BILLING_PERIOD=2026-04`, where data exports keep
  /// their manifests; nil for other folders.
  static func dataFolder(beside folder: String) -> String? {
    let (parent, name) = Path.split(folder)
    guard name.lowercased().hasPrefix("billing_period="), Path.name(parent) == "metadata" else {
      return nil
    }
    return Path.join(Path.join(Path.split(parent).directory, "data"), name)
  }
}

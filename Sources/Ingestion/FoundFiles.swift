import Files

/// The files that a user's paths stand for.
enum FoundFiles {
  /// Files, files below folders, and what globs match; sorted within each path, each file once.
  ///
  /// Names that begin with `.` or `_` are passed over below folders, as engines over object stores do.
  ///
  /// - Throws: `FileError` for a path that is not there.
  static func at(_ paths: [String]) throws -> [String] {
    var seen: Set<String> = []
    var found: [String] = []
    for path in paths {
      for file in try files(at: path) where seen.insert(file).inserted { found.append(file) }
    }
    return found
  }

  private static func files(at path: String) throws -> [String] {
    switch Directory.kind(path) {
    case .file: return [path]
    case .directory:
      return try Directory.files(below: path) { $0.hasPrefix(".") || $0.hasPrefix("_") }
    case .other, nil: break
    }
    let matches = Path.isPattern(path) ? try Directory.glob(path) : []
    guard !matches.isEmpty else { throw FileError("read", path, code: FoundFiles.noSuchFile) }
    return try matches.flatMap(files)
  }

  /// ENOENT.
  private static let noSuchFile: Int32 = 2
}

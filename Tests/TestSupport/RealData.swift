import Files

/// Reports of real accounts, where they lie beside the package; tests that read them say so and skip
/// where they are absent.
package enum RealData {
  package static let folder: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/../shared/data"
  }()

  package static let isThere = Directory.kind(folder) == .directory
}

/// The architecture of an instance type's processors, as EC2 names it: `x86_64` or `arm64`.
enum InstanceArchitecture {
  /// A word for an architecture as EC2 has it; unknown words as they are, nil for none.
  static func canonical(_ word: String) -> String? {
    let word = word.filter { !$0.isWhitespace }.lowercased()
    return switch word {
    case "": nil
    case "arm", "aarch64", "graviton": "arm64"
    case "amd64", "x86", "x86-64", "x64", "intel", "amd": "x86_64"
    default: word
    }
  }

  /// What a type's name says: that of the shipped catalog, else what its family is called after.
  ///
  /// A family is letters, its generation, then what sets it apart; `g` there stands for Graviton, as in `m6g`,
  /// `c7gn`, `im4gn` and `x2gd`. `a1` is the one family of Graviton without it.
  ///
  /// Source: Amazon EC2 Instance Types, "Naming conventions".
  /// - Returns: nil for a name that is none of EC2's.
  static func of(type name: String) -> String? {
    if let known = InstanceCatalog.shipped.types[name] { return known.architecture }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, sizes(parts[1]) else { return nil }
    let family = parts[0]
    let rest = family.drop { $0.isASCII && $0.isLowercase }
    let attributes = rest.drop { $0.isASCII && $0.isNumber }
    guard rest.startIndex > family.startIndex, attributes.startIndex > rest.startIndex,
      attributes.allSatisfy({ $0 == "-" || $0.isASCII && ($0.isLowercase || $0.isNumber) })
    else { return nil }
    // Mac servers run what others do not.
    if family.hasPrefix("mac") { return family == "mac1" ? "x86_64_mac" : "arm64_mac" }
    return attributes.contains("g") || family == "a1" ? "arm64" : "x86_64"
  }

  /// `large`, `24xlarge`, `metal-48xl`.
  private static func sizes(_ text: Substring) -> Bool {
    ["nano", "micro", "small", "medium", "large"].contains(text) || text.hasSuffix("xlarge")
      || text.hasPrefix("metal")
  }
}

/// Whose a listing is, as far as something tells: the account and the region.
struct ListingOwner: Hashable, Sendable {
  var account: String?
  var region: String?

  /// What names of folders and of the file tell: `111122223333/eu-west-1/volumes.json`,
  /// `account=111122223333/volumes-eu-west-1.json`; the last name that tells is the nearest.
  static func of(path: String) -> ListingOwner {
    var owner = ListingOwner()
    for part in path.split(separator: "/").suffix(6).reversed() {
      if owner.account == nil { owner.account = account(in: part) }
      if owner.region == nil { owner.region = region(in: part) }
    }
    return owner
  }

  /// Whether a text is an account's number: twelve digits.
  static func isAccount(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// Twelve digits that stand alone and are not the time `YYYYMMDDHHMM`.
  private static func account(in name: Substring) -> String? {
    name.split { !$0.isNumber }.last { isAccount($0) && !isTime($0) }.map(String.init)
  }

  private static func isTime(_ digits: Substring) -> Bool {
    let parts = Array(digits)
    func number(_ range: Range<Int>) -> Int { Int(String(parts[range])) ?? 0 }
    return digits.hasPrefix("20") && (1...12).contains(number(4..<6))
      && (1...31).contains(number(6..<8)) && number(8..<10) < 24 && number(10..<12) < 60
  }

  /// Whether a text is a region's name, such as `eu-west-1` or `us-gov-east-1`.
  static func isRegion(_ text: some StringProtocol) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (3...4).contains(parts.count), let direction = parts.dropLast().last,
      directions.contains(String(direction)), let number = parts.last, number.utf8.count == 1,
      number.allSatisfy(\.isNumber)
    else { return false }
    return (2...4).contains(parts[0].utf8.count)
      && parts.dropLast(2).allSatisfy { $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
  }

  private static let directions: Set<String> = [
    "north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest",
  ]

  /// A region within a name: `volumes-eu-west-1`, `region=eu-west-1`.
  private static func region(in name: Substring) -> String? {
    let words = name.split { !$0.isLetter && !$0.isNumber && $0 != "-" }
    for word in words.reversed() {
      let parts = word.split(separator: "-")
      for start in parts.indices {
        for length in [4, 3] where start + length <= parts.count {
          let found = parts[start..<start + length].joined(separator: "-")
          if isRegion(found) { return found }
        }
      }
    }
    return nil
  }

  /// The region of a zone: `us-east-1a` is in `us-east-1`, the local zone `us-west-2-lax-1a` in
  /// `us-west-2`, the wavelength zone `us-east-1-wl1-bos-wlz-1` in `us-east-1`.
  static func region(ofZone zone: String) -> String {
    let parts = zone.split(separator: "-")
    guard let number = parts.firstIndex(where: { $0.first?.isNumber == true }) else { return zone }
    let digits = parts[number].prefix { $0.isNumber }
    return (parts[..<number] + [digits]).joined(separator: "-")
  }

  /// A part of a resource name `arn:partition:service:region:account:resource`, nil where it is empty
  /// or this is no such name.
  static func part(_ position: Int, ofARN text: String) -> String? {
    let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0] == "arn", !parts[position].isEmpty else { return nil }
    return String(parts[position])
  }
}

extension ListingOwner {
  /// Whether what is known of two owners, account and region, may be of the same one: nothing that both
  /// tell is different.
  static func match(_ one: [String?], _ other: [String?]) -> Bool {
    zip(one, other).allSatisfy { $0 == nil || $1 == nil || $0 == $1 }
  }

  /// Whether all is known.
  static func isKnown(_ owner: [String?]) -> Bool { !owner.contains(nil) }
}

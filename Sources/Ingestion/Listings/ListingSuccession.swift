/// Which listings of one run a later one takes the place of.
///
/// A later listing replaces an earlier one of the same owner, that is account and region, and day. Where
/// the listings tell the owner, it is that. Where one of them does not, their resources do: an id is one
/// account's in one region, so that listings with a resource in common are of the same owner. The later
/// one then counts as a whole, since what it lacks may well be gone; listings without a common resource
/// are of two owners and both stay. What is replaced in part only, of a file with several owners, is
/// settled when it is loaded; see ``HeldListings``.
struct ListingSuccession {
  /// A listing that another takes the place of.
  struct Replaced {
    let listing: Listing
    let by: Listing
    /// How many of its resources are in the other one, too; nil where owners were compared.
    let shared: Int?
  }

  /// A resource in a listing.
  private struct Holder {
    let listing: Int
    let owner: [String?]
  }

  private(set) var replaced: [Replaced] = []
  private var listings: [Listing?] = []
  private var holders: [Int: [RowKey: Holder]] = [:]
  private var owned: [Int: [[String?]: [Int]]] = [:]

  /// Those that nothing takes the place of, in the order in which they were made.
  var remaining: [Listing] { listings.compactMap { $0 } }

  /// Adds a listing that is later than all before it.
  mutating func add(_ listing: Listing) {
    let place = listings.count
    var settled: [Int: Set<[String?]>] = [:]
    var shared: [Int: Int] = [:]
    for (owner, keys) in listing.keys {
      for key in keys {
        let before = holders[listing.day, default: [:]].updateValue(
          Holder(listing: place, owner: owner), forKey: key)
        guard let before, before.listing != place, ListingOwner.match(before.owner, owner) else {
          continue
        }
        settled[before.listing, default: []].insert(before.owner)
        shared[before.listing, default: 0] += 1
      }
    }
    let owners = listing.owners.filter(ListingOwner.isKnown)
    for owner in owners {
      if listing.isOwned {
        for earlier in owned[listing.day]?[owner] ?? [] {
          settled[earlier, default: []].insert(owner)
        }
      }
      owned[listing.day, default: [:]][owner, default: []].append(place)
    }
    for (earlier, owners) in settled.sorted(by: { $0.key < $1.key }) {
      guard let before = listings[earlier], before.owners == owners else { continue }
      replaced.append(
        Replaced(
          listing: before, by: listing,
          shared: before.isOwned && listing.isOwned ? nil : shared[earlier]))
      listings[earlier] = nil
    }
    listings.append(listing)
  }

  /// Whether a listing that was added still counts, and no later one has a resource of it.
  func isUntouched(_ path: String) -> Bool {
    guard let place = listings.firstIndex(where: { $0?.path == path }),
      let listing = listings[place]
    else { return false }
    return listing.keys.values.joined().allSatisfy {
      holders[listing.day]?[$0]?.listing == place
    }
  }
}

extension ListingSuccession.Replaced {
  /// Why the listing is passed over, in words.
  var reason: String {
    let what = "'\(by.path)' is a later listing of the same account, region and day"
    guard let shared else { return what }
    let total = listing.keys.values.reduce(0) { $0 + $1.count }
    return what + ": it has \(shared) of the \(total) resources"
  }
}

/// Deliveries of one folder and report that no manifest tells apart.
///
/// They are planned a month each by the first rows of their files, so that a month that changes is loaded
/// alone. Where a file turns out to have rows of several months, the months cannot be loaded one by one:
/// each would take the place of what another has of it. Then all are one delivery.
enum BareGroups {
  /// The deliveries in their order, those that belong together as one.
  static func gathered(_ deliveries: [Delivery]) -> [[Delivery]] {
    var groups: [[Delivery]] = []
    var places: [[String]: Int] = [:]
    for delivery in deliveries {
      guard let group = delivery.group else {
        groups.append([delivery])
        continue
      }
      let key = [delivery.table, group]
      if let place = places[key] {
        groups[place].append(delivery)
      } else {
        places[key] = groups.count
        groups.append([delivery])
      }
    }
    return groups
  }

  /// All of them as one delivery, known again by the contents of all.
  static func combined(_ members: [Delivery]) -> Delivery {
    let first = members[0]
    var hash = ContentHash()
    for member in members { hash.add(member.id) }
    var delivery = Delivery(
      kind: first.kind, table: first.table, source: first.source,
      period: members.compactMap(\.period).min(), id: hash.text, version: hash.value,
      files: members.flatMap(\.files).sorted { $0.path < $1.path }, isComplete: false)
    delivery.issued = members.compactMap(\.issued).max()
    delivery.group = first.group
    return delivery
  }
}

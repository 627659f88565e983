import Compression
import Files
import TextFormats

extension InstanceCatalog {
  /// Reads the AWS Price List's offer file of AmazonEC2 in one region, JSON or CSV, packed or not.
  ///
  /// Types are those with an on-demand price of Linux on shared hardware. Memory is that of one product and of
  /// the types kept, however large the file is.
  ///
  /// Source: AWS Billing User Guide, "Reading the service price list file for an AWS service".
  /// - Returns: nil for a file that is none.
  /// - Throws: `FormatError` for a damaged file, one of several regions, or one without types; what reading
  ///   throws.
  package init?(priceList path: String) throws {
    let source = try PackedFile.open(path)
    var start: [UInt8] = []
    while start.count < PriceList.sniffed,
      try source.read(into: &start, limit: PriceList.sniffed) > 0
    {}
    let text = String(decoding: start.prefix(PriceList.sniffed), as: UTF8.self)
    let rest = PrefixedSource(start, source)
    var list = PriceList(file: path)
    if text.hasPrefix("\"FormatVersion\"") || text.hasPrefix("FormatVersion") {
      try list.readCSV(rest)
    } else if text.drop(while: \.isWhitespace).hasPrefix("{"), text.contains("\"offerCode\"") {
      try list.readJSON(rest)
    } else {
      return nil
    }
    self.init(types: try list.finished())
  }
}

/// What an offer file says of servers, gathered while it is read.
struct PriceList {
  static let sniffed = 4096
  private let file: String
  /// Types by product, until their prices come.
  private var products: [String: InstanceCatalog.InstanceType] = [:]
  private var types: [InstanceCatalog.InstanceType] = []
  private var regions: Set<String> = []

  init(file: String) {
    self.file = file
  }

  func finished() throws -> [InstanceCatalog.InstanceType] {
    guard regions.count <= 1 else {
      throw FormatError(
        file,
        "the price list is of \(regions.count) regions: take the file of the region that the servers are in"
      )
    }
    guard !types.isEmpty else {
      throw FormatError(
        file,
        "the price list has no on-demand price of a Linux server: expected that of AmazonEC2")
    }
    return types
  }

  // MARK: Products

  /// The attributes of a product, under the names that JSON and CSV give them.
  private enum Attribute: String, CaseIterable {
    case family = "Product Family"
    case instanceType = "Instance Type"
    case vcpus = "vCPU"
    case memory = "Memory"
    case processor = "Physical Processor"
    case generation = "Current Generation"
    case tenancy = "Tenancy"
    case system = "Operating System"
    case software = "Pre Installed S/W"
    case capacity = "CapacityStatus"
    case region = "Region Code"

    var member: String {
      switch self {
      case .family: "productFamily"
      case .instanceType: "instanceType"
      case .vcpus: "vcpu"
      case .memory: "memory"
      case .processor: "physicalProcessor"
      case .generation: "currentGeneration"
      case .tenancy: "tenancy"
      case .system: "operatingSystem"
      case .software: "preInstalledSw"
      case .capacity: "capacitystatus"
      case .region: "regionCode"
      }
    }
  }

  /// The type of a product, its price still unknown; nil for all but plain Linux servers.
  private mutating func type(_ value: (Attribute) -> String) -> InstanceCatalog.InstanceType? {
    guard value(.family) == "Compute Instance", value(.tenancy) == "Shared",
      value(.system) == "Linux", value(.software) == "NA", value(.capacity) == "Used"
    else { return nil }
    let name = value(.instanceType)
    // `1,952 GiB`.
    let memory = Double(value(.memory).filter { $0 != "," }.prefix { $0 != " " })
    guard let vcpus = Double(value(.vcpus)), let memory, vcpus > 0, memory > 0, !name.isEmpty
    else { return nil }
    let region = value(.region)
    if !region.isEmpty { regions.insert(region) }
    let family = String(name.prefix { $0 != "." })
    return InstanceCatalog.InstanceType(
      name: name, family: family, vcpus: vcpus, memoryGiB: memory, price: 0,
      architecture: value(.processor).contains("Graviton") ? "arm64" : "x86_64",
      isBurstable: family.hasPrefix("t") && family.dropFirst().first?.isNumber == true,
      isPreviousGeneration: value(.generation) == "No")
  }

  private mutating func add(_ type: InstanceCatalog.InstanceType, price: String, unit: String) {
    guard unit == "Hrs", let price = Double(price), price > 0, price.isFinite else { return }
    var priced = type
    priced.price = price
    types.append(priced)
  }

  // MARK: CSV

  /// Five records about the file, the names of the columns, then a record for each product and price.
  mutating func readCSV(_ source: any ByteSource) throws {
    var lines = LineReader(source)
    var columns: [String: Int] = [:]
    while columns.isEmpty {
      guard lines.number < 16, let line = try lines.next() else {
        throw FormatError(file, "expected the columns of a price list, 'SKU' the first of them")
      }
      let names = CSVFields.split(line).map { String(decoding: $0, as: UTF8.self) }
      guard names.first == "SKU" else { continue }
      columns = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
    let needed = Attribute.allCases.map(\.rawValue) + ["TermType", "Unit", "PricePerUnit"]
    // Old files lack the code of their region.
    if let missing = needed.first(where: { columns[$0] == nil && $0 != "Region Code" }) {
      throw FormatError(file, "the price list lacks the column '\(missing)'")
    }
    while let line = try lines.next() {
      let fields = CSVFields.split(line)
      let field = { (name: String) -> String in
        guard let position = columns[name], position < fields.count else { return "" }
        return String(decoding: fields[position], as: UTF8.self)
      }
      guard field("TermType") == "OnDemand", let type = type({ field($0.rawValue) }) else {
        continue
      }
      add(type, price: field("PricePerUnit"), unit: field("Unit"))
    }
  }

  // MARK: JSON

  /// `{"products": {SKU: product}, "terms": {"OnDemand": {SKU: {term: {"priceDimensions": …}}}}}`, whatever
  /// else is there passed over.
  mutating func readJSON(_ source: any ByteSource) throws {
    var reader = JSONMemberReader(source)
    try reader.enter()
    while let section = try reader.key() {
      switch section {
      case "products":
        try reader.enter()
        while let sku = try reader.key() {
          let product = try JSONValue.parse(try reader.value(), file: file)
          let attributes = product["attributes"]
          let found = type { attribute in
            let holder = attribute == .family ? product : attributes
            return holder?[attribute.member]?.string ?? ""
          }
          if let found { products[sku] = found }
        }
      case "terms":
        try reader.enter()
        while let kind = try reader.key() {
          guard kind == "OnDemand" else {
            try reader.skip()
            continue
          }
          try readOnDemand(&reader)
        }
      default: try reader.skip()
      }
    }
  }

  private mutating func readOnDemand(_ reader: inout JSONMemberReader) throws {
    try reader.enter()
    while let sku = try reader.key() {
      guard let type = products[sku] else {
        try reader.skip()
        continue
      }
      let terms = try JSONValue.parse(try reader.value(), file: file)
      for term in terms.object?.members.map(\.value) ?? [] {
        for dimension in term["priceDimensions"]?.object?.members.map(\.value) ?? [] {
          add(
            type, price: dimension["pricePerUnit"]?["USD"]?.string ?? "",
            unit: dimension["unit"]?.string ?? "")
        }
      }
    }
  }
}

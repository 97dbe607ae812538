//! What `itch5` calls the codes of the specification.

use itch5::messages::{
    Authenticity, BreachedLevel, BuySellIndicator, CrossType, EtpFlag, FinancialStatusIndicator,
    ImbalanceDirection, InterestFlag, InverseIndicator, IpoFlag, IpoQuotationReleaseQualifier,
    IssueClassificationCode, IssueSubTypeCode, LuldReferencePriceTier, MarketCategory, MarketCode,
    MarketMakerMode, MarketParticipantState, OpenEligibilityStatus, OperationalHaltAction,
    PriceVariationIndicator, PrimaryMarketMaker, Printable, RegShoAction, RoundLotsOnly,
    ShortSaleThresholdIndicator, SystemEventCode, TradingHaltReason, TradingResumptionReason, TradingState,
};

use super::codes;

#[rustfmt::skip]
codes! {
    SystemEventCode {
        b"O" StartOfMessages  b"S" StartOfSystemHours  b"Q" StartOfMarketHours  b"M" EndOfMarketHours
        b"E" EndOfSystemHours  b"C" EndOfMessages
    } Unknown;
    MarketCategory {
        b"Q" NasdaqGlobalSelectMarket  b"G" NasdaqGlobalMarket  b"S" NasdaqCapitalMarket  b"N" NYSE
        b"A" NYSEAmerican  b"P" NYSEArca  b"Z" BATSZExchange  b"V" InvestorsExchangeLLC  b" " NotAvailable
    } Unknown;
    FinancialStatusIndicator {
        b"D" Deficient  b"E" Delinquent  b"Q" Bankrupt  b"S" Suspended  b"G" DeficientBankrupt
        b"H" DeficientDelinquent  b"J" DelinquentBankrupt  b"K" DeficientDelinquentBankrupt
        b"C" CreationsRedemptionsSuspendedETP  b"N" Normal
    } Unknown;
    RoundLotsOnly { b"Y" Yes  b"N" No } Unknown;
    Authenticity { b"P" LiveProduction  b"T" Test } Unknown;
    ShortSaleThresholdIndicator { b"Y" Restricted  b"N" NotRestricted  b" " NotAvailable } Unknown;
    IpoFlag { b"Y" NewIPO  b"N" NotNewIPO  b" " NotAvailable } Unknown;
    LuldReferencePriceTier { b"1" Tier1  b"2" Tier2  b" " NotAvailable } Unknown;
    EtpFlag { b"Y" IsETP  b"N" NotETP  b" " NotAvailable } Unknown;
    InverseIndicator { b"Y" Inverse  b"N" NotInverse } Unknown;
    TradingState { b"H" Halted  b"P" Paused  b"Q" QuotationOnly  b"T" Trading } Unknown;
    RegShoAction {
        b"0" NoPriceTest  b"1" RestrictionInEffectIntradayDrop  b"2" RestrictionRemainsInEffect
    } Unknown;
    PrimaryMarketMaker { b"Y" Primary  b"N" NonPrimary } Unknown;
    MarketMakerMode { b"N" Normal  b"P" Passive  b"S" Syndicate  b"R" PreSyndicate  b"L" Penalty } Unknown;
    MarketParticipantState {
        b"A" Active  b"E" ExcusedWithdrawn  b"W" Withdrawn  b"S" Suspended  b"D" Deleted
    } Unknown;
    BreachedLevel { b"1" Level1  b"2" Level2  b"3" Level3 } Unknown;
    IpoQuotationReleaseQualifier { b"A" Anticipated  b"C" CanceledPostponed } Unknown;
    MarketCode { b"Q" Nasdaq  b"B" BX  b"X" PSX } Unknown;
    OperationalHaltAction { b"H" OperationallyHalted  b"T" TradingResumed } Unknown;
    BuySellIndicator { b"B" Buy  b"S" Sell } Unknown;
    Printable { b"N" NonPrintable  b"Y" Printable } Unknown;
    ImbalanceDirection { b"B" Buy  b"S" Sell  b"N" NoImbalance  b"O" InsufficientOrders  b"P" Paused } Unknown;
    CrossType {
        b"O" NasdaqOpeningCross  b"C" NasdaqClosingCross  b"H" IpoHaltedPaused  b"A" ExtendedTradingClose
    } Unknown;
    PriceVariationIndicator {
        b"L" LessThan1Percent  b"1" Between1And1_99Percent  b"2" Between2And2_99Percent
        b"3" Between3And3_99Percent  b"4" Between4And4_99Percent  b"5" Between5And5_99Percent
        b"6" Between6And6_99Percent  b"7" Between7And7_99Percent  b"8" Between8And8_99Percent
        b"9" Between9And9_99Percent  b"A" Between10And19_99Percent  b"B" Between20And29_99Percent
        b"C" GreaterOrEqualTo30Percent  b" " CannotBeCalculated
    } Unknown;
    InterestFlag { b"B" BuySide  b"S" SellSide  b"A" BothSides  b"N" NoneAvailable } Unknown;
    OpenEligibilityStatus { b"N" NotEligible  b"Y" Eligible } Unknown;
    IssueClassificationCode {
        b"A" AmericanDepositaryShare  b"B" Bond  b"C" CommonStock  b"F" DepositoryReceipt  b"I" OneFourFourA
        b"L" LimitedPartnership  b"N" Notes  b"O" OrdinaryShare  b"P" PreferredStock  b"Q" OtherSecurities
        b"R" Right  b"S" SharesofBeneficialInterest  b"T" ConvertibleDebenture  b"U" Unit  b"V" UnitsBenifInt
        b"W" Warrant
    } Unknown;
    IssueSubTypeCode {
        b"A " PreferredTrustSecurities  b"AI" AlphaIndexETNs  b"B " IndexBasedDerivative  b"C " CommonShares
        b"CB" CommodityBasedTrustShares  b"CF" CommodityFuturesTrustShares  b"CL" CommodityLinkedSecurities
        b"CM" CommodityIndexTrustShares  b"CO" CollateralizedMortgageObligation  b"CT" CurrencyTrustShares
        b"CU" CommodityCurrencyLinkedSecurities  b"CW" CurrencyWarrants  b"D " GlobalDepositaryShares
        b"E " ETFPortfolioDepositaryReceipt  b"EG" EquityGoldShares  b"EI" ETNEquityIndexLinkedSecurities
        b"EM" NextSharesExchangeTradedManagedFund  b"EN" ExchangeTradedNotes  b"EU" EquityUnits  b"F " HOLDRS
        b"FI" ETNFixedIncomeLinkedSecurities  b"FL" ETNFuturesLinkedSecurities  b"G " GlobalShares
        b"I " ETFIndexFundShares  b"IR" InterestRate  b"IW" IndexWarrant  b"IX" IndexLinkedExchangeableNotes
        b"J " CorporateBackedTrustSecurity  b"L " ContingentLitigationRight  b"LL" LimitedLiabilityCompany
        b"M " EquityBasedDerivative  b"MF" ManagedFundShares  b"ML" ETNMultiFactorIndexLinkedSecurities
        b"MT" ManagedTrustSecurities  b"N " NYRegistryShares  b"O " OpenEndedMutualFund
        b"P " PrivatelyHeldSecurity  b"PP" PoisonPill  b"PU" PartnershipUnits  b"Q " ClosedEndFunds  b"R " RegS
        b"RC" CommodityRedeemableCommodityLinkedSecurities  b"RF" ETNRedeemableFuturesLinkedSecurities
        b"RT" REIT  b"RU" CommodityRedeemableCurrencyLinkedSecurities  b"S " SEED  b"SC" SpotRateClosing
        b"SI" SpotRateIntraday  b"T " TrackingStock  b"TC" TrustCertificates  b"TU" TrustUnits  b"U " Portal
        b"V " ContingentValueRight  b"W " TrustIssuedReceipts  b"WC" WorldCurrencyOption  b"X " Trust
        b"Y " Other  b"Z " NotApplicable
    } Unknown;
    TradingHaltReason {
        b"T1  " HaltNewsPending  b"T2  " HaltNewsDisseminated  b"T5  " SingleSecurityTradingPause
        b"T6  " RegulatoryHaltExtraordinaryMarketActivity  b"T8  " HaltEtf
        b"T12 " HaltInformationRequestedByListingMarket  b"H4  " HaltNonCompliance  b"H9  " HaltFilingsNotCurrent
        b"H10 " HaltSecTradingSuspension  b"H11 " HaltRegulatoryConcern  b"O1  " OperationsHalt
        b"LUDP" VolatilityTradingPause  b"LUDS" VolatilityTradingPauseStraddleCondition
        b"MWC1" MarketWideCircuitBreakerLevel1  b"MWC2" MarketWideCircuitBreakerLevel2
        b"MWC3" MarketWideCircuitBreakerLevel3  b"MWC0" MarketWideCircuitBreakerCarryOver
        b"IPO1" IpoNotYetTrading  b"M1  " CorporateAction  b"M2  " QuotationNotAvailable
        b"    " ReasonNotAvailable
    } Unknown;
    TradingResumptionReason {
        b"T3  " NewsAndResumptionTimes  b"T7  " SingleSecurityTradingPause  b"R4  " QualificationsIssuesResolved
        b"R9  " FilingRequirementsSatisfied  b"C3  " IssuerNewsNotForthcoming  b"C4  " QualificationsHaltEnded
        b"C9  " QualificationsHaltConcluded  b"C11 " TradeHaltConcludedByOtherRegulatoryAuth
        b"MWCQ" MarketWideCircuitBreakerResumption  b"R1  " NewIssueAvailable  b"R2  " IssueAvailable
        b"IPOQ" IpoSecurityReleasedForQuotation  b"IPOE" IpoSecurityPositioningWindowExtension
        b"    " ReasonNotAvailable
    } Unknown;
}

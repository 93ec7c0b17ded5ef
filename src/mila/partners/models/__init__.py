"""Rows of brands, prices, contracts, policies, keys, products and shops."""

from mila.partners.models.branches import Branch, BranchHours, BranchSeat
from mila.partners.models.brands import Brand, ContractText, SupportContact
from mila.partners.models.keys import ApiKey, KeyKind, Scope
from mila.partners.models.policies import Mode, Rung, SearchPolicy, whole_ladder
from mila.partners.models.prices import CommissionRule, ContractModel, FallbackPrice, Payer, Price, Tier
from mila.partners.models.products import Product
from mila.partners.models.shops import SalesCommission, Shop

__all__ = [
    "ApiKey",
    "Branch",
    "BranchHours",
    "BranchSeat",
    "Brand",
    "CommissionRule",
    "ContractModel",
    "ContractText",
    "FallbackPrice",
    "KeyKind",
    "Mode",
    "Payer",
    "Price",
    "Product",
    "Rung",
    "SalesCommission",
    "Scope",
    "SearchPolicy",
    "Shop",
    "SupportContact",
    "Tier",
    "whole_ladder",
]

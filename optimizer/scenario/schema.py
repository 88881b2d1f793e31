"""The scenario file as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from optimizer.scenario.base import Block, Name
from optimizer.scenario.choices import (
    ChannelsBlock,
    DesignsBlock,
    SolveBlock,
    TenantsBlock,
    VehiclesBlock,
    WeightsBlock,
)
from optimizer.scenario.city import DemandBlock, GatewaysBlock, LandBlock, StreetsBlock
from optimizer.scenario.horizon import (  # noqa: TC001 - pydantic reads them at run time
    CooperationBlock,
    FirmsBlock,
    HorizonBlock,
    PavilionBlock,
)
from optimizer.scenario.hotels import (  # noqa: TC001 - likewise
    ExchangeBlock,
    RoofBlock,
    ServiceBlock,
)
from optimizer.scenario.rules import RulesBlock
from optimizer.scenario.tours import ToursBlock


class Scenario(Block):
    """What a person writes: one city, what may be built there, and the rules."""

    faubourg: Literal[1]
    """Version of the file format."""
    name: Name
    description: str = ""
    regime: str = ""
    """What kind of land and money regime this is (real or hypothetical), in a sentence."""
    extends: str | None = None
    """Path of a scenario that this one changes; blocks are merged key by key, lists replaced."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217 code. All figures named _eur are in this currency."""
    streets: StreetsBlock
    gateways: GatewaysBlock = GatewaysBlock()
    demand: DemandBlock
    land: LandBlock
    designs: DesignsBlock
    tenants: TenantsBlock | None = None
    channels: ChannelsBlock
    vehicles: VehiclesBlock
    tours: ToursBlock = ToursBlock()
    weights: WeightsBlock
    rules: RulesBlock = RulesBlock()
    horizon: HorizonBlock | None = None
    """Periods to decide over; without it there is one period, and no rule of years."""
    firms: FirmsBlock | None = None
    pavilions: tuple[PavilionBlock, ...] = ()
    cooperation: CooperationBlock | None = None
    exchange: ExchangeBlock | None = None
    services: tuple[ServiceBlock, ...] = ()
    roofs: tuple[RoofBlock, ...] = ()
    solve: SolveBlock = SolveBlock()

    _folder: Path = PrivateAttr(default=Path())

    @property
    def folder(self) -> Path:
        """Folder that relative paths start in: where the scenario file stands."""
        return self._folder

    def placed(self, folder: Path) -> Scenario:
        """Return this scenario with its relative paths starting in `folder`."""
        other = self.model_copy()
        other._folder = folder  # noqa: SLF001 - a copy of this very class
        return other

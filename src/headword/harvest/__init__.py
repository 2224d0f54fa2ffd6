"""Harvest: services on the network to corpora and thesauri.

A row is a function `service(order) -> Service` that knows one service; `run.fetch` asks it page after page, keeps every
page in a journal beside the output, and writes the corpus when the last page is in.
"""

from headword.core.registry import Registry

__all__ = ["SERVICES"]

SERVICES = Registry(
    "service",
    {
        "arxiv": "headword.harvest.arxiv_api:service",
        "arxiv-oai": "headword.harvest.oai:arxiv_service",
        "oai": "headword.harvest.oai:service",
        "cmr": "headword.harvest.cmr:service",
        "ads": "headword.harvest.ads:service",
        "ads-uat": "headword.harvest.ads:uat_service",
        "hub": "headword.harvest.hub:service",
        "kms": "headword.harvest.thesauri:kms_service",
        "uat": "headword.harvest.thesauri:uat_service",
    },
)

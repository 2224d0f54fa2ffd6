"""Tables: GCMD keywords, UAT paths, Annif's lists."""

import csv

import pytest

from headword.core.errors import DataError
from headword.thesaurus.reader import read_thesaurus

from .conftest import BASE, GCMD, PLATFORMS, SAMPLES, UMM


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("form", ["gcmd-csv", "uat-csv", "annif-csv"])
def test_tables_of_other_spreadsheets_are_read(form, delimiter, write):
    rows = csv.reader(SAMPLES[form].removeprefix("\ufeff").splitlines())
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    assert read_thesaurus(write(text)).concepts == read_thesaurus(write(SAMPLES[form])).concepts


@pytest.mark.parametrize("form", ["uat-csv", "annif-csv", "gcmd-csv"])
def test_a_table_without_its_columns_is_not_read_even_if_told_to(form, write):
    with pytest.raises(DataError, match="line 1: the header lacks the column"):
        read_thesaurus(write("UUID,Long_Name\n1,Ada\n"), format=form)


def test_gcmd_keywords_are_paths_and_uuids(write):
    thesaurus = read_thesaurus(write(GCMD))
    assert (thesaurus.title, thesaurus.version) == ("GCMD sciencekeywords", "9.1")
    assert thesaurus.path(thesaurus.row("u-3")) == "EARTH SCIENCE > OCEANS > SEA ICE > ICE EXTENT"
    assert [c.id for c in thesaurus if c.name() == "SEA ICE"] == ["u-2", "u-4"]
    assert thesaurus["u-2"].broader == ("u-1",)


def test_umm_columns_and_missing_levels(write):
    thesaurus = read_thesaurus(write(UMM))
    assert thesaurus.path(len(thesaurus) - 1).startswith("EARTH SCIENCE > OCEANS")
    assert "EARTH SCIENCE > OCEANS > SEA ICE > ICE EXTENT" in thesaurus
    assert {d.ids[0] for d in thesaurus.defects} == {"EARTH SCIENCE > OCEANS", "EARTH SCIENCE > OCEANS > SEA ICE"}
    assert thesaurus["EARTH SCIENCE > OCEANS > SEA ICE"].name() == "SEA ICE"


def test_other_keyword_schemes_have_long_names(write):
    thesaurus = read_thesaurus(write(PLATFORMS))
    platform = thesaurus["p-1"]
    assert platform.names_of("preferred") == ("NOAA-20",)
    assert platform.names_of("alternative") == ("Joint Polar Satellite, first",)
    assert thesaurus.path(thesaurus.row("p-1")) == "Satellites > Weather > NOAA-20"


def test_uat_paths_make_a_poly_hierarchy(write):
    thesaurus = read_thesaurus(write(SAMPLES["uat-csv"]))
    assert set(thesaurus["Red giants"].broader) == {"Giant stars", "Variable stars"}
    assert [d.ids for d in thesaurus.defects] == [("Variable stars",)]
    assert thesaurus["Variable stars"].broader == ("Stars",)


def test_annif_placeholders_are_deprecated(write):
    thesaurus = read_thesaurus(write(SAMPLES["annif-csv"]))
    assert thesaurus.deprecated.tolist() == [False, True]
    assert thesaurus[f"{BASE}1"].name("de") == "Sterne"
    assert thesaurus[f"{BASE}1"].notations == ("S",)


@pytest.mark.parametrize(
    "header",
    [
        "Basis,Category,Sub_Category,Short_Name,Long_Name,UUID",
        "Category,Class,Type,Subtype,Short_Name,Long_Name,UUID",
        "Location_Category,Location_Type,Location_Subregion1,UUID",
        "Bucket_Level0,Bucket_Level1,Short_Name,Long_Name,Data_Center_URL,UUID",
    ],
)
def test_the_columns_of_other_schemes_are_levels_too(header, write):
    cells = ["A", "B", *[""] * (header.count(",") - 2), "u-1"]
    thesaurus = read_thesaurus(write(f"Keyword Version: 1\n{header}\n{','.join(cells)}\n"))
    assert thesaurus.path(thesaurus.row("u-1")) == "A > B"

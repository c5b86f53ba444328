"""Names of the news in the spellings of the wires: each is found, and at its spot."""

from __future__ import annotations

import pytest

from alerts.domain.geo import Point, distance_km
from tests.places.support import the

_NAMES = """
Palestine|Rimal|31.52|34.45
Palestine|Nur Shams|32.32|35.06
Israel|Kfar Aza|31.48|34.53
Lebanon|Haret Hreik|33.85|35.51
Lebanon|Aitaroun|33.12|35.47
Syria|Sheikh Maqsoud|36.24|37.14
Syria|Ain Issa|36.39|38.86
Iraq|Khor Mor gas field|35.10|44.95
Iran|Evin prison|35.80|51.38
Yemen|Perim|12.65|43.42
Ukraine|Sloviansk|48.85|37.61
Ukraine|Krasnoarmeysk|48.28|37.18
Ukraine|Hroza|49.62|37.18
Russia|Crocus City Hall|55.83|37.39
Italy|Campi Flegrei|40.83|14.14
Spain|Cumbre Vieja|28.57|-17.84
Germany|Ahr valley|50.50|7.00
Greece|Evia|38.60|23.60
Haiti|Solino|18.55|-72.32
Venezuela|Petare|10.48|-66.80
Brazil|Complexo do Alemao|-22.86|-43.27
Uruguay|Paso Severino|-34.22|-56.30
Peru|Las Bambas|-14.10|-72.33
Chile|Escondida|-24.27|-69.07
Ecuador|Sangay volcano|-2.00|-78.34
Congo|Nyiragongo|-1.52|29.25
Congo|Plaine Savo|1.83|30.45
Sudan|Wad Banda|13.10|27.95
Ethiopia|Gorgora|12.24|37.30
Somalia|Moqokori|4.20|46.10
Tanzania|Kilwa|-8.93|39.51
Mali|Moura|14.28|-4.62
Burkina Faso|Solhan|12.20|0.13
Zambia|Matero|-15.37|28.26
Guinea|Wanindara|9.63|-13.62
Zimbabwe|Battlefields mine|-18.60|29.85
Pakistan|Balakot|34.55|73.35
India|Ennore|13.22|80.32
Nepal|Prithvi Highway|27.80|84.60
Myanmar|Insein prison|16.89|96.10
Indonesia|Grasberg mine|-4.06|137.11
Indonesia|Lombok|-8.60|116.30
South Korea|Itaewon|37.53|126.99
New Zealand|Whakaari|-37.52|177.18
Tonga|Hunga Tonga|-20.55|-175.39
"""


@pytest.mark.parametrize("line", _NAMES.split("\n")[1:-1])
def test_a_name_of_the_news_is_found_at_its_spot(line: str) -> None:
    country, name, lat, lon = line.split("|")
    place = the(f"Officials in {country} said that fighting was reported at {name} on Monday.", name)

    assert distance_km(place.point, Point(float(lat), float(lon))) <= place.radius_km + 5

"""Well-known places beyond Great Britain, by name. Its law: none of them is a typing error of a place here.

The tables know Great Britain alone, and would else take Dublin for Dudley and Berlin for Aberdeen. A place here that
bears such a name, such as Melbourne in Derbyshire, is found by it before anybody asks this.
"""

from __future__ import annotations

import re

ABROAD = frozenset(
    re.split(
        r",\s+",
        """
    abidjan, abu dhabi, accra, addis ababa, adelaide, algiers, alicante, almaty, amman, amsterdam, ankara,
    antwerp, athens, auckland, baghdad, bahrain, baku, bangalore, bangkok, barcelona, basel, beijing, beirut,
    belgrade, belfast, berlin, bern, bilbao, bogota, bologna, bordeaux, bratislava, brisbane, bruges, brussels,
    bucharest, budapest, buenos aires, cairo, calais, calcutta, canberra, cannes, cape town, caracas,
    casablanca, chennai, chicago, cologne, colombo, copenhagen, cork, dakar, damascus, delhi, denver, derry,
    detroit, dhaka, dieppe, doha, donegal, dresden, drogheda, dubai, dublin, dubrovnik, dundalk, dusseldorf,
    faro, florence, frankfurt, freetown, galway, gdansk, geneva, genoa, ghent, gothenburg, granada, grenoble,
    hamburg, hanoi, hanover, harare, havana, helsinki, hong kong, honolulu, hyderabad, innsbruck, islamabad,
    istanbul, jakarta, jerusalem, johannesburg, kabul, kampala, karachi, kathmandu, kiev, kilkenny, kinshasa,
    krakow, kuala lumpur, kuwait, kyiv, kyoto, lagos, lahore, las vegas, leipzig, letterkenny, lille, lima,
    limerick, lisbon, ljubljana, londonderry, los angeles, lusaka, luxembourg, lviv, lyon, lyons, madrid,
    malaga, malmo, manila, marseille, marseilles, mecca, melbourne, mexico city, miami, milan, minsk, mogadishu,
    monaco, montreal, moscow, mumbai, munich, nairobi, naples, new delhi, new york, nice, nicosia, odessa,
    oporto, osaka, oslo, ottawa, palermo, paris, philadelphia, pisa, porto, prague, pretoria, quebec, rabat,
    reykjavik, riga, rio de janeiro, riyadh, rome, rotterdam, rouen, salzburg, san francisco, sao paulo,
    sarajevo, seoul, seville, shanghai, singapore, skopje, sligo, sofia, stockholm, strasbourg, stuttgart,
    sydney, taipei, tallinn, tangier, tehran, tel aviv, the hague, tirana, tokyo, toronto, toulouse, tripoli,
    tunis, utrecht, valencia, valletta, vancouver, venice, verona, vienna, vilnius, warsaw, waterford, wexford,
    yerevan, zagreb, zurich
    """.strip(),
    )
)
"""As `fold` writes them."""

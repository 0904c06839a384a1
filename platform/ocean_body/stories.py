"""What the site tells: six things that a body and an ocean share, each with its numbers and where they come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One page. `ocean` and `body` are the two halves of the comparison; `try_it` is something to do, without any equipment."""

    slug: str
    title: str
    line: str
    ocean: str
    body: str
    try_it: str
    source: str


STORIES = (
    Story(
        "salt",
        "The salt you carry",
        "Tears taste of the sea, but the sea is about four times as salty.",
        "A kilogram of sea water holds about 35 grams of salts. Rivers bring them in, vents and sediments take them out, and the "
        "proportions of the main ions are nearly the same from pole to pole.",
        "Blood plasma holds about 9 grams of salts in a litre. Kidneys keep it there within a few per cent, which is why sea water "
        "makes you thirstier: to be rid of its salt you need more water than you drank.",
        "Stir 9 grams of salt (a heaped teaspoon) into a litre of water: that is the saltiness of a tear. Then imagine four of them.",
        "UNESCO, The practical salinity scale, 1978; Guyton and Hall, Textbook of Medical Physiology.",
    ),
    Story(
        "breath",
        "Every second breath",
        "About half of the oxygen made on Earth each year is made by things too small to see.",
        "Phytoplankton live for days in the lit skin of the ocean and make roughly half of the planet's yearly oxygen, of which the sea "
        "itself breathes nearly all again.",
        "At rest you breathe some 12 to 18 times a minute and use about a quarter of a litre of oxygen. Breathing slowly, around six "
        "times a minute, lets heart and breath fall into one rhythm.",
        "Go to the page Breathe and follow the wave for two minutes: in as it rises, out as it falls.",
        "Field et al., Science 281 (1998), on primary production; Russo et al., Breathe 13 (2017), on slow breathing.",
    ),
    Story(
        "pressure",
        "Ten metres of water",
        "Ten metres down, the water weighs as much on you as all the air above.",
        "Each ten metres add one atmosphere. In the deepest trench, nearly 11 kilometres down, snailfish and amphipods live under more "
        "than a thousand of them.",
        "A body is mostly water and hardly gives way; its air spaces do. At ten metres a full breath takes up half its room, and divers "
        "swallow to let air behind the ear drum.",
        "Swallow while you hold your nose: the click is the tube between throat and ear, opening as it does on a dive.",
        "NOAA Ocean Service, How does pressure change with ocean depth?; US Navy Diving Manual.",
    ),
    Story(
        "light",
        "Where red goes out",
        "Bleed at twenty metres and it looks green.",
        "Water swallows red light within the first metres, then orange and yellow; blue goes deepest. Below 200 metres no plant can "
        "live on what is left, and most animals there make light of their own.",
        "Your eye has rods for the dark and cones for colour. Rods hardly see red, so dim red light leaves your night sight alone: "
        "astronomers and submariners use it.",
        "Stay in the dark for ten minutes and look at a red and a blue book: the blue one seems brighter. Purkinje saw it in 1819.",
        "NOAA Ocean Exploration, Light and colour in the deep sea; Purkinje, 1825.",
    ),
    Story(
        "pulse",
        "Two pulses",
        "The sea beats twice a day, you about a hundred thousand times.",
        "The Moon raises two bulges of water and the Earth turns beneath them: high water every 12 hours and 25 minutes. Near Mont "
        "Saint-Michel the sea rises and falls by up to 14 metres.",
        "A resting heart beats 60 to 80 times a minute and moves about five litres of blood: the whole of it, once a minute. Cold water "
        "on the face slows it, in people as in seals.",
        "Count your pulse for 30 seconds. Hold a cold, wet cloth to your face for 20 seconds and count again.",
        "SHOM, Predictions of tides; Foster and Sheel, Scand J Med Sci Sports 15 (2005), on the diving reflex.",
    ),
    Story(
        "warmth",
        "A slow warmth",
        "The top three metres of the sea hold as much heat as all the air above.",
        "Water takes four times as much heat as air of the same mass to warm by a degree. The ocean has taken up about nine tenths of "
        "the heat that greenhouse gases have kept on Earth.",
        "You are about 60 per cent water, which is why a fever needs hours to come and go. One degree more and enzymes, nerves and "
        "sleep all notice: so do corals, at about the same step.",
        "Put one hand in cool water and one in warm, then both into the same bowl: they will not agree.",
        "IPCC, Special Report on the Ocean and Cryosphere, 2019, chapter 5; Locke, 1690, on the two hands.",
    ),
)

BY_SLUG = {story.slug: story for story in STORIES}

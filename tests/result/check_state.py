"""Opens a state of ParaView that scripts/figures.py wrote, and asks that it shows what it says: so many views, each with
coloured pixels.

usage: pvbatch check_state.py STATE.pvsm VIEWS PICTURE.png
"""

import sys

import paraview.simple as pv

state, views, picture = sys.argv[1], int(sys.argv[2]), sys.argv[3]
pv.LoadState(state)
found = [v for v in pv.GetViews() if v.GetXMLName() == "RenderView"]
if len(found) != views:
    sys.exit(f"{len(found)} views, expected {views}")
for k, view in enumerate(found):
    name = picture.replace(".png", f"{k}.png")
    pv.Render(view)
    pv.SaveScreenshot(name, view)
    import matplotlib.image
    image = matplotlib.image.imread(name)[:, :, :3]
    coloured = int((image.max(axis=2) - image.min(axis=2) > 0.4).sum())
    if coloured < 5000:
        sys.exit(f"view {k} has {coloured} coloured pixels")
print("as it should be")

#!/usr/bin/env python3
"""Writes small valid meshes of every format and encoding as seeds: seeds.py FOLDER"""
import base64
import lzma
import os
import struct
import sys
import zlib

POINTS = [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
CONNECTIVITY = [0, 1, 2, 3, 0, 1, 2]
SIZES = [4, 3]
TYPES = [10, 5]
TAGS = [2, 40]
FIBRES = [1, 0, 0, 0, 2, 0]


def carp():
    pts = "4\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1e3\n"
    elem = "2\nTt 0 1 2 3 2\nTr 0 1 2\n"
    yield (pts + "@\n" + elem + "@\n1\n1 0 0\n0 2 0\n").encode()
    yield (pts + "@\n" + elem + "@\n1 0 0 0 1 0\n0 2 0 nan 0 1\n").encode()
    yield b"8\n" + b"0 0 0\n" * 8 + b"@\n3\nQd 0 1 2 3 1\nPy 0 1 2 3 4 2\nPr 0 1 2 3 4 5\n@\n1 0 0\n1 0 0\n1 0 0\n"
    yield b"8\n" + b"0 0 0\n" * 8 + b"@\n2\nHx 0 1 2 3 4 5 6 7 1\nLn 0 1\n@\n1 0 0\n1 0 0\n"


def carp_binary():
    for order, flag in (("<", 0), (">", 1)):
        def head(*counts):
            return ("%s %d 666" % (" ".join(map(str, counts)), flag)).encode().ljust(1024, b"\0")

        pts = head(8) + struct.pack(order + "24f", *[1000 * x for x in 2 * POINTS])
        elem = head(3) + struct.pack(order + "6i", 0, 0, 1, 2, 3, 7) + struct.pack(order + "5i", 6, 0, 1, 2, 8)
        elem += struct.pack(order + "8i", 4, 0, 1, 2, 3, 4, 5, 9)
        yield pts + b"@\n" + elem + b"@\n" + head(1, 3) + struct.pack(order + "9f", *[1, 0, 0] * 3)
        yield pts + b"@\n" + elem + b"@\n" + head(2, 3) + struct.pack(order + "18f", *[1, 0, 0, 0, 1, 0] * 3)


def vtx():
    yield b"3\nintra\n5\n1\n999\n"
    yield b"2\n0\n0\n"
    yield b"2\nTr 0 1 2\nQd 3 4 5 999 7\n"
    yield b"1\n2.5\n-3e2\n\nnan\n5\n"


def legacy(version, binary):
    def block(fmt, values):
        if binary:
            return struct.pack(">%d%s" % (len(values), fmt), *values) + b"\n"
        return (" ".join(map(str, values)) + "\n").encode()

    out = b"# vtk DataFile Version %s\nseed\n%s\n" % (version, b"BINARY" if binary else b"ASCII")
    out += b"DATASET UNSTRUCTURED_GRID\nPOINTS 4 float\n" + block("f", POINTS)
    if version == b"5.1":
        out += b"METADATA\nINFORMATION 0\n\nCELLS 3 7\nOFFSETS vtktypeint64\n" + block("q", [0, 4, 7])
        out += b"CONNECTIVITY vtktypeint64\n" + block("q", CONNECTIVITY)
    else:
        out += b"CELLS 2 9\n" + block("i", [4, 0, 1, 2, 3, 3, 0, 1, 2])
    out += b"CELL_TYPES 2\n" + block("i", TYPES)
    out += b"CELL_DATA 2\nSCALARS tag int\nLOOKUP_TABLE default\n" + block("i", TAGS)
    out += b"FIELD f 1\nfibres 3 2 double\n" + block("d", FIBRES)
    out += b"POINT_DATA 4\nVECTORS fiber float\n" + block("f", POINTS)
    out += b"SCALARS x float\nLOOKUP_TABLE default\n" + block("f", POINTS[:4])
    return out


def surface():
    return (b"# vtk DataFile Version 3.0\nseed\nASCII\nDATASET POLYDATA\nPOINTS 4 float\n0 0 0 1 0 0 0 1 0 0 0 1\n"
            b"LINES 1 3\n2 0 1\nPOLYGONS 2 8\n3 0 1 2\n3 1 2 3\n")


def kinds():
    """Cells that become several elements, in sections out of order, under encoded names."""
    head = b"# vtk DataFile Version 3.0\nseed\nASCII\nDATASET "
    yield (head + b"UNSTRUCTURED_GRID\nCELL_TYPES 6\n13 14 12 4 9 24\nCELLS 6 43\n6 0 1 2 3 4 5\n5 0 1 2 3 4\n"
           b"8 0 1 2 3 4 5 6 7\n4 0 1 2 3\n4 0 1 2 3\n10 0 1 2 3 4 5 6 7 8 9\nPOINTS 10 float\n" + b"0 1 2\n" * 10
           + b"CELL_DATA 6\nSCALARS my%20tag int\n\n LOOKUP_TABLE default\n1 2 3 4 5 6\nSCALARS x float 1\n.5 1 1 1 1 1\n"
           b"SCALARS vtkGhostType unsigned_char\nLOOKUP_TABLE default\n0 0 1 0 0 0\n")
    yield (head + b"POLYDATA\nLINES 1 4\n3 0 1 2\nTRIANGLE_STRIPS 1 5\n4 0 1 2 3\nPOINTS 4 float\n" + b"0 1 2\n" * 4
           + b"VERTICES 1 2\n1 0\nCELL_DATA 3\nFIELD f 2\nNULL_ARRAY\ntag 1 3 double 1 2 3.5\n")


def vtk():
    yield from kinds()
    for version in (b"3.0", b"5.1"):
        for binary in (False, True):
            yield legacy(version, binary)
    yield surface()


def lz4_block(data):
    """All literals, which any decoder takes: the length is 15 in the token and the rest in bytes of 255."""
    rest = len(data) - 15
    if rest < 0:
        return bytes([len(data) << 4]) + data
    return b"\xf0" + b"\xff" * (rest // 255) + bytes([rest % 255]) + data


CODECS = {
    "vtkZLibDataCompressor": zlib.compress,
    "vtkLZ4DataCompressor": lz4_block,
    "vtkLZMADataCompressor": lzma.compress,
}


def encode(data, codec, raw):
    if codec:
        half = (len(data) + 1) // 2
        blocks = [CODECS[codec](data[:half]), CODECS[codec](data[half:])]
        header = struct.pack("<5I", 2, half, len(data) - half, *map(len, blocks))
        data = b"".join(blocks)
    else:
        header = struct.pack("<I", len(data))
    return header + data if raw else base64.b64encode(header) + base64.b64encode(data)


def xml(place, codec):
    appended = b""

    def array(kind, fmt, name, components, values):
        nonlocal appended
        head = '<DataArray type="%s" Name="%s" NumberOfComponents="%d" ' % (kind, name, components)
        if place == "ascii":
            return head + 'format="ascii">' + " ".join(map(str, values)) + "</DataArray>\n"
        data = encode(struct.pack("<%d%s" % (len(values), fmt), *values), codec, place == "raw")
        if place == "inline":
            return head + 'format="binary">' + data.decode() + "</DataArray>\n"
        offset = len(appended)
        appended += data
        return head + 'format="appended" offset="%d"/>\n' % offset

    ends = [4, 7]
    text = '<?xml version="1.0"?>\n<VTKFile type="UnstructuredGrid" byte_order="LittleEndian"'
    text += ' compressor="%s">\n' % codec if codec else ">\n"
    text += '<UnstructuredGrid><Piece NumberOfPoints="4" NumberOfCells="2">\n<CellData>'
    text += array("Int32", "i", "tag", 1, TAGS) + array("Float64", "d", "fibre", 3, FIBRES)
    text += "</CellData>\n<PointData>" + array("Float64", "d", "x", 1, POINTS[:4])
    text += "</PointData>\n<Points>" + array("Float32", "f", "Points", 3, POINTS) + "</Points>\n<Cells>"
    text += array("Int64", "q", "connectivity", 1, CONNECTIVITY) + array("Int32", "i", "offsets", 1, ends)
    text += array("UInt8", "B", "types", 1, TYPES) + "</Cells></Piece></UnstructuredGrid>\n"
    out = text.encode()
    if appended:
        out += b'<AppendedData encoding="%s">_' % (b"raw" if place == "raw" else b"base64") + appended + b"</AppendedData>"
    return out + b"</VTKFile>\n"


def pieces():
    def ints(name, values):
        return '<DataArray type="Int32" Name="%s" format="ascii">%s</DataArray>' % (name, values)

    points = '<Points><DataArray type="Float32" NumberOfComponents="3" format="ascii">%s</DataArray></Points>'
    text = '<VTKFile type="PolyData"><PolyData><Piece NumberOfPoints="4" NumberOfVerts="1" NumberOfLines="1" '
    text += 'NumberOfStrips="1" NumberOfPolys="1">' + points % " ".join(map(str, POINTS))
    for tag, nodes in (("Verts", "0"), ("Lines", "0 1 2"), ("Strips", "0 1 2 3"), ("Polys", "0 1 3 2")):
        ends = str(len(nodes.split()))
        text += "<%s>%s%s</%s>" % (tag, ints("connectivity", nodes), ints("offsets", ends), tag)
    yield (text + "<CellData>%s</CellData></Piece></PolyData></VTKFile>" % ints("a &amp; b&#46;", "1 2 3 4")).encode()
    yield b'<VTKFile type="PUnstructuredGrid"><PUnstructuredGrid><Piece Source="m.vtu"/></PUnstructuredGrid></VTKFile>'


def vtu():
    yield from pieces()
    yield xml("ascii", None)
    for place in ("inline", "raw", "base64"):
        for codec in (None, *CODECS):
            yield xml(place, codec)


def gmsh(version, binary, other=False):
    """other: nodes with parameters in version 2.2, a partitioned mesh in 4.1."""
    def numbers(fmt, *values):
        if binary:
            return struct.pack("<%d%s" % (len(values), fmt), *values)
        return (" ".join(map(str, values)) + "\n").encode()

    out = b"$MeshFormat\n%s %d 8\n" % (version, binary) + (numbers("i", 1) + b"\n" if binary else b"")
    out += b'$EndMeshFormat\n$PhysicalNames\n2\n2 40 "skin"\n0 1 "apex"\n$EndPhysicalNames\n'
    points = [POINTS[3 * k : 3 * k + 3] for k in range(4)]
    if version == b"2.2":
        section = b"ParametricNodes" if other else b"Nodes"
        out += b"$%s\n4\n" % section
        for k, x in enumerate(points):
            out += numbers("i", k + 1) + numbers("d", *x) if binary else numbers("d", k + 1, *x)
            if other and binary:
                out += numbers("i", k, 1) + numbers("d", *[0.5] * (0, 1, 2, 0)[k])
        out += b"\n$End%s\n$Elements\n3\n" % section
        for number, kind, tag, nodes in ((1, 4, 2, (1, 2, 3, 4)), (2, 2, 40, (1, 2, 3)), (3, 15, 1, (4,))):
            if binary:
                out += numbers("i", kind, 1, 2, number, tag, 1, *nodes)
            else:
                out += numbers("i", number, kind, 2, tag, 1, *nodes)
        return out + b"\n$EndElements\n"
    sizes = "q" if binary else "i"
    out += b"$Entities\n" + numbers(sizes, 0, 0, 1, 1)
    for tag in (40, 2):
        if binary:
            out += numbers("i", 1) + numbers("d", *[0.0] * 6) + numbers("q", 1) + numbers("i", tag) + numbers("q", 0)
        else:
            out += numbers("i", 1, 0, 0, 0, 0, 0, 0, 1, tag, 0)
    out += b"\n$EndEntities\n"
    if other:
        out += b"$PartitionedEntities\n" + numbers(sizes, 2) + numbers(sizes, 1) + numbers("i", 9, 2)
        out += numbers(sizes, 0, 0, 1, 1)
        for tag in (40, 2):
            if binary:
                out += numbers("i", 1, 3, 1) + numbers("q", 2) + numbers("i", 1, 2) + numbers("d", *[0.0] * 6)
                out += numbers("q", 1) + numbers("i", tag) + numbers("q", 0)
            else:
                out += numbers("i", 1, 3, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 1, tag, 0)
        out += b"\n$EndPartitionedEntities\n"
    out += b"$Nodes\n" + numbers(sizes, 1, 4, 1, 4)
    out += (numbers("i", 3, 1, 0) + numbers("q", 4)) if binary else numbers("i", 3, 1, 0, 4)
    for k in range(4):
        out += numbers(sizes, k + 1)
    for x in points:
        out += numbers("d", *x)
    out += b"\n$EndNodes\n$Elements\n" + numbers(sizes, 2, 2, 1, 2)
    for number, dimension, kind, nodes in ((1, 2, 2, (1, 2, 3)), (2, 3, 4, (1, 2, 3, 4))):
        if binary:
            out += numbers("i", dimension, 1, kind) + numbers("q", 1, number, *nodes)
        else:
            out += numbers("i", dimension, 1, kind, 1) + numbers("i", number, *nodes)
    return out + b"\n$EndElements\n"


def msh():
    for version in (b"2.2", b"4.1"):
        for binary in (False, True):
            for other in (False, True):
                yield gmsh(version, binary, other)


def stl():
    yield b"solid\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1e0 0\nendloop\nendfacet\nendsolid\n"
    yield b"\0" * 80 + struct.pack("<I12fH", 1, *[0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0], 0)


def ply():
    for name, order in (("ascii", ""), ("binary_little_endian", "<"), ("binary_big_endian", ">")):
        out = ("ply\nformat %s 1.0\nelement vertex 4\nproperty float x\nproperty float y\nproperty float z\n"
               "element face 2\nproperty list uchar int vertex_indices\nend_header\n" % name).encode()
        if order:
            out += struct.pack(order + "12f", *POINTS) + struct.pack(order + "B3iB4i", 3, 0, 1, 2, 4, 0, 1, 2, 3)
        else:
            out += b"0 0 0\n1 0 0\n0 1 0\n0 0 1\n3 0 1 2\n4 0 1 2 3\n"
        yield out


def obj():
    yield b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\ng a\nf 1/1/1 2//2 3\nf -1 -2 -3 -4\nl 1 2 3\n"


def electrodes():
    yield b"name,x_mm,y_mm,z_mm\nRA,1,2,3\nLA,-1.5e2,0,3\n# none\n\nLL,0,0,-9\n"
    yield b"\xef\xbb\xbfkind, z_mm ,name,y_mm,x_mm\r\nskin,1,V1,2,3\r\n"


def exodus():
    """Values as fuzz_exodus.c takes them: a tetrahedron, and a hexahedron with sets."""
    corners = [1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2]
    yield bytes([2, 3, 1, 0, 0, 0, *corners, 0, 3, 1, 2, 3, 4, 5, 0])
    cube = [1, 2, 2, 1, 1, 2, 2, 1, 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 1, 1, 2, 2, 2, 2]
    yield bytes([2, 7, 1, 1, 1, 0, *cube, 0, 7, 0, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 2, 2, 6, 2, 2, 3, 4, 1, 0, 2])


def ecg():
    """Headers of WFDB with samples in both formats, and EDF: six spikes of 40 ms, one each 600 ms."""
    x = [round(400 * max(0, 1 - abs(t * 4 % 600 - 300) / 20)) for t in range(900)]
    head = b"m 2 250 %d 0:0:0 01/02/2003\nm.dat %s 200(0)/mV 12 0 %d %d 0 i\nm.dat %s 200/uV\n@\n"
    yield head % (900, b"16", 0, sum(x) & 0xFFFF, b"16") + b"".join(struct.pack("<2h", v, -v) for v in x)
    yield head % (900, b"212", 0, sum(x) & 0xFFFF, b"212") + b"".join(
        bytes([v & 255, v >> 8 & 15 | (-v >> 8 & 15) << 4, -v & 255]) for v in x)
    yield b"# other\nm 1 100\nm.dat 16+2 1e3(7)/V\n@\n" + bytes(range(40))
    edf = b"%-8s%-80s%-80s01.02.0300.00.00%-8d%-44s%-8d%-8s%-4d" % (b"0", b"X", b"X", 768, b"EDF+C", 9, b"0.4", 2)
    for one, two, size in ((b"ECG I", b"EDF Annotations", 16), (b"", b"", 80), (b"mV", b"", 8), (b"-10", b"-1", 8),
                           (b"10", b"1", 8), (b"-2000", b"-32768", 8), (b"2000", b"32767", 8), (b"", b"", 80),
                           (b"100", b"8", 8), (b"", b"", 32)):
        edf += one.ljust(size) + two.ljust(size)
    for part in range(9):
        edf += struct.pack("<100h", *x[100 * part:100 * part + 100]) + b"+0\x14\x14".ljust(16, b"\0")
    yield edf


for name, seeds in (("ecg", ecg), ("electrodes", electrodes), ("exodus", exodus), ("obj", obj), ("ply", ply), ("stl", stl), ("gmsh", msh),
                    ("carp", carp), ("carp_binary", carp_binary), ("vtx", vtx), ("vtk", vtk), ("vtu", vtu)):
    folder = os.path.join(sys.argv[1], name)
    os.makedirs(folder, exist_ok=True)
    for number, seed in enumerate(seeds()):
        with open(os.path.join(folder, "seed%d" % number), "wb") as file:
            file.write(seed)

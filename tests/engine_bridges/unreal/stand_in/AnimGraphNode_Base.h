// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "UObject/Object.h"

namespace ENodeTitleType {
enum Type { FullTitle, ListView, EditableTitle, MenuTitle };
}

class UAnimGraphNode_Base : public UObject {
public:
    virtual FText GetNodeTitle(ENodeTitleType::Type) const;
    virtual FText GetTooltipText() const;
    virtual FText GetMenuCategory() const;
};

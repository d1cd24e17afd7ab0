#pragma once

#include "CoreMinimal.h"

/** Tools > Import Voxrig Take...: asks for files and hands them to Content/Python/import_voxrig_take.py. */
class FVoxrigTakeMenu
{
public:
	void Register();
	void Unregister();

private:
	void Fill();
	static void Import();
};
